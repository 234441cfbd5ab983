import type { Facts } from './raw.mjs';
import type { Records } from './store.mjs';

export function recordsOf(facts: Facts): Records;
