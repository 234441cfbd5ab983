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
