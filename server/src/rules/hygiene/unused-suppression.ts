import { defineRule } from '../define.ts';

export default defineRule({
  name: 'unused-suppression',
  reads: 'suppressions',
  topic: 'hygiene',
  severity: 'hint',
  summary: 'A virtlens-ignore comment suppresses nothing.',
  sources: [],
  since: '0.1.0',
});
