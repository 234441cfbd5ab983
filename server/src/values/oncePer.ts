/** A hidden part of whatever is asked about, which copies do not take along: the answers by the number of the question. */
const ANSWERS = Symbol('answers');

type Answers = Map<number, unknown>;

/**
 * One part for all answers: things of one kind keep one shape, whichever questions are asked about them. A WeakMap costs
 * several times as much, most of it when memory is cleared.
 */
function answersOf(of: { readonly [ANSWERS]?: Answers }): Answers {
  const known = of[ANSWERS];
  if (known) return known;
  const answers: Answers = new Map();
  Object.defineProperty(of, ANSWERS, { value: answers });
  return answers;
}

let questions = 0;

/** What `derive` makes of something that never changes, worked out at the first question for each. */
export function oncePer<K extends object, T>(derive: (of: K) => T): (of: K) => T {
  const question = questions++;
  return (of) => {
    const answers = answersOf(of);
    const before = answers.get(question) as T | undefined;
    if (before !== undefined || answers.has(question)) return before as T;
    const answer = derive(of);
    answers.set(question, answer);
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
