import { describe, expect, it } from 'vitest';
import { readDocument } from '../../server/src/dialects/read.ts';
import { Host } from '../../server/src/host/host.ts';
import { defineRule, type Rule } from '../../server/src/rules/define.ts';
import { runRules } from '../../server/src/service/runRules.ts';
import { DEFAULT_SETTINGS, isActive } from '../../server/src/service/settings.ts';

const document = readDocument({ uri: 'file:///vm.sh', text: 'qemu-system-x86_64 -m 1G\n' })!;
const host = new Host({ schemaVersion: 1, nodes: [{ id: 0, cpus: '0-3' }] });
const withHost = { ...DEFAULT_SETTINGS, host };

const record = {
  topic: 'pinning',
  severity: 'warning',
  summary: 'A rule for a test.',
  sources: [],
  since: '0.1.0',
} as const;

const ofGuest = defineRule({
  ...record,
  name: 'of-guest',
  reads: 'guest',
  needs: 'host-profile',
  check({ guest, host: machine, report }) {
    report({ message: `${machine.nodes.length} node`, at: guest.label });
  },
});

const ofQemu = defineRule({
  ...record,
  name: 'of-qemu',
  reads: 'qemu',
  check({ guest, host: machine, report }) {
    report({ message: machine ? 'a host' : 'no host', at: guest.label });
  },
});

const messages = (rules: readonly Rule[], settings = DEFAULT_SETTINGS): string[] =>
  runRules(document, rules, settings).findings.map(({ message }) => message);

describe('a rule that needs a host', () => {
  it('is not run without one', () => {
    expect(messages([ofGuest])).toEqual([]);
    expect(isActive(DEFAULT_SETTINGS, ofGuest)).toBe(false);
  });

  it('gets it', () => {
    expect(messages([ofGuest], withHost)).toEqual(['1 node']);
    expect(isActive(withHost, ofGuest)).toBe(true);
  });

  it('is off when it is off', () => {
    expect(messages([ofGuest], { ...withHost, rules: { 'of-guest': 'off' } })).toEqual([]);
  });
});

it('other rules may look whether there is a host', () => {
  expect(messages([ofQemu])).toEqual(['no host']);
  expect(messages([ofQemu], withHost)).toEqual(['a host']);
});
