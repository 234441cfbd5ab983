import { capture } from '../host/capture/capture.ts';
import { formatProfile } from '../host/format.ts';
import { merge } from '../host/merge.ts';
import { systemTree } from './systemTree.ts';

/** The text of a profile of the machine whose files lie below `root`, and whether that machine is itself a guest. */
export function captureProfile(
  { root, label }: { root: string; label: string | undefined },
  now: Date,
): { text: string; isGuest: boolean } {
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const facts = capture(systemTree(root), time);
  const { profile } = merge([label === undefined ? facts : { ...facts, label }]);
  return { text: formatProfile(profile), isGuest: profile.isGuest === true };
}
