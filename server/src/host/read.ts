import type * as z from 'zod';
import { type JsonPlaces, locateJson, placeKey } from '../text/jsonPlaces.ts';
import type { Range } from '../text/span.ts';
import { mostSimilar } from '../values/similar.ts';
import { checkProfile } from './check.ts';
import type { Host } from './host.ts';
import { loadHost, PROFILE_LIMIT } from './load.ts';
import { HostProfile, PROFILE_KEYS } from './profile.ts';

/** More than these would not be read by anybody; the first ones mostly cause the others. */
const MOST_PROBLEMS = 20;

/** What is wrong with a profile: the characters at fault, then the fact and the remedy. */
export interface ProfileProblem {
  readonly at: Range;
  readonly message: string;
}

/**
 * Reads the text of a `*.hostprofile.json`. The text is not trusted: its size is limited, and whatever is not
 * understood is a problem, as it would have no effect.
 * @returns the host, or what is wrong in the order of the text.
 */
export function readProfile(text: string): { host: Host } | { problems: ProfileProblem[] } {
  const host = loadHost(text);
  if (host) return { host };
  if (text.length > PROFILE_LIMIT) return { problems: [{ at: { start: 0, end: 0 }, message: TOO_LONG }] };
  const located = locateJson(text);
  if (located.error) return { problems: [located.error] };
  const { data, error } = HostProfile.safeParse(JSON.parse(text));
  const problems = [
    ...(error?.issues ?? []).flatMap((issue) => describe(issue, located)),
    ...(data ? checkProfile(data) : []).map(({ path, message }) => ({ at: rangeOf(path, located), message })),
  ];
  problems.sort((a, b) => a.at.start - b.at.start);
  return { problems: problems.slice(0, MOST_PROBLEMS) };
}

const TOO_LONG = `This is longer than ${PROFILE_LIMIT / 1024 / 1024} MB, which no host profile is: give another file.`;

function describe(issue: z.core.$ZodIssue, located: JsonPlaces): ProfileProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const similar = mostSimilar(key, PROFILE_KEYS);
      const remedy = similar ? `did you mean "${similar}"?` : 'remove it.';
      const message = `A host profile has no "${key}" here: ${remedy}`;
      return { at: located.places.get(placeKey([...issue.path, key]))!.key, message };
    });
  }
  const place = located.places.get(placeKey(issue.path));
  if (place && issue.code === 'invalid_key') return [{ at: place.key, message: issue.issues[0]!.message }];
  if (place) return [{ at: place.value, message: issue.message }];
  const key = issue.path.at(-1);
  return [{ at: rangeOf(issue.path, located), message: `"${String(key)}" is missing. ${issue.message}` }];
}

/** What stands under a path, or under the longest part of it that stands in the text. */
function rangeOf(path: readonly PropertyKey[], { places }: JsonPlaces): Range {
  for (let length = path.length; length > 0; length--) {
    const place = places.get(placeKey(path.slice(0, length)));
    if (place) return place.value;
  }
  return places.get('')!.value;
}
