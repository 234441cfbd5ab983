import { describe, expect, it } from 'vitest';
import { readDocument } from '../../server/src/dialects/read.ts';
import { defineRule, type GuestContext } from '../../server/src/rules/define.ts';
import { runRules } from '../../server/src/service/runRules.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';

const record = {
  topic: 'structure',
  severity: 'error',
  summary: 'For this test.',
  sources: [],
  since: '0.1.0',
} as const;

function say({ guest, report }: GuestContext): void {
  report({ message: 'There is a guest.', at: guest.label });
}

/** A rule that fails, between two that speak of every guest. */
const RULES = [
  defineRule({ ...record, name: 'speaks-before', reads: 'guest', check: say }),
  defineRule({
    ...record,
    name: 'throws-always',
    reads: 'guest',
    check() {
      throw new TypeError('of no use');
    },
  }),
  defineRule({ ...record, name: 'speaks-behind', reads: 'guest', check: say }),
];

const TEXTS = {
  'vm.sh': 'qemu-system-x86_64 -M q35\n',
  'vm.xml': "<domain type='kvm'><name>vm</name></domain>\n",
};

describe.each(Object.entries(TEXTS))('a rule that throws, in %s', (uri, text) => {
  it.each(['for the first time', 'once more'])('is reported, and the others go on: %s', () => {
    const { findings, failures } = runRules(readDocument({ uri, text })!, RULES, DEFAULT_SETTINGS);
    expect(findings.map(({ rule }) => rule)).toEqual(['speaks-before', 'speaks-behind']);
    expect(failures.map(({ rule, message }) => ({ rule, message }))).toEqual([
      { rule: 'throws-always', message: 'TypeError: of no use' },
    ]);
  });
});
