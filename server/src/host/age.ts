import type { Host } from './host.ts';

/** `on 2026-01-31`: when what may have changed since was true; undefined where a profile has nothing of the kind. */
export const capturedOn = ({ profile }: Host): string | undefined =>
  profile.volatile && `on ${profile.volatile.capturedAt.slice(0, 10)}`;
