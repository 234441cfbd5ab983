import { beforeAll, describe, expect, it } from 'vitest';
import { readDomains } from '../../server/src/dialects/libvirt/document.ts';
import { rules } from '../../server/src/generated/rules.ts';
import type { Rule } from '../../server/src/rules/define.ts';
import { namesIn } from '../../server/src/syntax/xml/query.ts';
import { readAllPages } from '../lib/scenario.ts';

type Concerned = Extract<Rule, { readonly reads: 'libvirt' }> & { readonly needs?: undefined };

const concerned = rules.filter(
  (rule): rule is Concerned =>
    rule.reads === 'libvirt' && rule.concerns !== undefined && rule.needs === undefined,
);

const blocks = readAllPages().filter(({ dialect }) => dialect === 'libvirt');

/** A text as it is, and cut off, as half-typed ones are. */
const statesOf = (text: string): string[] => [text, text.slice(0, Math.floor(text.length * 0.6))];

describe('the names that a rule concerns', () => {
  const found = new Set<string>();
  const missed = new Set<string>();

  beforeAll(() => {
    for (const { text, title, target, host } of blocks) {
      for (const state of statesOf(text)) {
        for (const variant of readDomains(title, state).subjects.flatMap(({ variants }) => variants)) {
          if (variant.dialect !== 'libvirt') continue;
          const names = namesIn(variant.domain);
          for (const rule of concerned) {
            const report = (): void => {
              found.add(rule.name);
              if (!rule.concerns!.some((name) => names.has(name))) missed.add(`${rule.name} in ${title}`);
            };
            rule.check({ ...variant, target, host, report });
          }
        }
      }
    }
  }, 120_000);

  it('are in every domain in which the rule finds something', () => {
    expect([...missed]).toEqual([]);
  });

  it('are put to the test by a finding of each rule', () => {
    expect(concerned.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
  });

  it('are names, each once', () => {
    for (const { name, concerns } of concerned) {
      expect(new Set(concerns).size, name).toBe(concerns!.length);
      for (const each of concerns!) expect(each, name).toMatch(/^[A-Za-z][\w:-]*$/);
    }
  });
});
