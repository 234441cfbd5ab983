import type { Gap } from '../guest/guest.ts';

const REASONS: Record<Gap['why'], string> = {
  'command-substitution': 'a command prints it when the script runs',
  positional: 'it is an argument of the script',
  environment: 'it comes from the environment',
  placeholder: 'a template fills it in',
  malformed: 'it cannot be read as what belongs here',
  'variants-differ': 'it differs between the paths through the script',
  'not-evaluated': 'it takes more than reading the script to tell',
  'unknown-option': 'VirtLens does not know this option',
};

/** Why something is not known: a clause without a full stop, to stand behind a colon. */
export const reasonFor = (why: Gap['why']): string => REASONS[why];
