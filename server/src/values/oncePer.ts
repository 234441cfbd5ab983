/** What `derive` makes of something that never changes, worked out at the first question for each. */
export function oncePer<K extends object, T>(derive: (of: K) => T): (of: K) => T {
  const known = new WeakMap<K, { readonly answer: T }>();
  return (of) => {
    const before = known.get(of);
    if (before) return before.answer;
    const answer = derive(of);
    known.set(of, { answer });
    return answer;
  };
}

/** The same of two things together; the answers live as long as the first one. */
export function oncePerPair<A extends object, B, T>(derive: (a: A, b: B) => T): (a: A, b: B) => T {
  const answersFor = oncePer((_a: A) => new Map<B, { readonly answer: T }>());
  return (a, b) => {
    const answers = answersFor(a);
    const before = answers.get(b);
    if (before) return before.answer;
    const answer = derive(a, b);
    answers.set(b, { answer });
    return answer;
  };
}
