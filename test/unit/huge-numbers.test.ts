import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { COMMAND_LINES, optionsOf } from '../agreement/commandLines.ts';
import { DOMAINS } from '../agreement/domains.ts';
import { hostNamed } from '../lib/hosts.ts';

/** A slip of the keyboard may make any number huge; who counts up to it never comes back. */
const HUGE = '99999999999';

function* withHuge(text: string): Generator<string> {
  for (const match of text.matchAll(/(?<![\w.])(?:0x[0-9a-f]+|\d+)(?=[KMGk]?(?![\w.]))/g)) {
    yield text.slice(0, match.index) + HUGE + text.slice(match.index + match[0].length);
  }
}

const settings = { ...DEFAULT_SETTINGS, host: hostNamed('two-node-workstation') };

describe('every number may be huge', () => {
  it.each(Object.entries(DOMAINS))('in the domain %j', (_, domain) => {
    for (const text of withHuge(domain)) {
      expect(analyze({ uri: 'vm.xml', text }, settings)?.failures).toEqual([]);
    }
  });

  it.each(Object.entries(COMMAND_LINES))('in the command line %j', (_, line) => {
    const script = `qemu-system-x86_64 \\\n  ${optionsOf(line).join(' \\\n  ')}\n`;
    for (const text of withHuge(script)) {
      expect(analyze({ uri: 'vm.sh', text }, settings)?.failures).toEqual([]);
    }
  });
});
