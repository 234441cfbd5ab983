/**
 * What `derive` makes of something that never changes, worked out at the first question for each. The answer is a
 * hidden part of the thing, which copies do not take along: a WeakMap costs several times as much, most of it when
 * memory is cleared.
 */
export function oncePer<K extends object, T>(derive: (of: K) => T): (of: K) => T {
  const question = Symbol('answer');
  return (of) => {
    const before = (of as { readonly [question]?: { readonly answer: T } })[question];
    if (before) return before.answer;
    const answer = derive(of);
    Object.defineProperty(of, question, { value: { answer } });
    return answer;
  };
}

interface Answer<B, T> {
  readonly to: B;
  readonly answer: T;
}

/** The same of two things together. The answers live as long as the first one, which is asked with few others. */
export function oncePerPair<A extends object, B, T>(derive: (a: A, b: B) => T): (a: A, b: B) => T {
  const answersFor = oncePer((_a: A): Answer<B, T>[] => []);
  return (a, b) => {
    const answers = answersFor(a);
    for (const known of answers) if (known.to === b) return known.answer;
    const answer = derive(a, b);
    answers.push({ to: b, answer });
    return answer;
  };
}
