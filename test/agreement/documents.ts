import type { Version } from '../../server/src/guest/target.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { adaptDomain } from '../oracles/adaptations.ts';
import { askDefine, askNative } from '../oracles/libvirt.ts';
import type { Answer } from '../oracles/process.ts';
import { MUTATIONS, mutate, randomNumbers } from '../oracles/xmlMutations.ts';
import { type Compared, errorsIn } from './compare.ts';
import { DOMAINS } from './domains.ts';
import { pick } from './lineMutations.ts';

export interface Mutant {
  readonly base: string;
  readonly mutation: string | undefined;
  readonly text: string;
}

/** Mutations of values, which the general ones seldom hit. */
const VALUES: Readonly<Record<string, { readonly where: RegExp; readonly to: readonly string[] }>> = {
  'number out of range': {
    where: /'(?:0x)?[0-9a-f]{1,4}'/g,
    to: ["'-1'", "'256'", "'99999999999'", "'0x20'", "'7'", "'0'"],
  },
  'number no number': { where: /'\d+'/g, to: ["'x'", "'1x'", "''", "'1.5'"] },
  'other set': { where: /'\d+-\d+'/g, to: ["'0-1'", "'2-9'", "'3-2'", "'0'", "'a'", "'0,'"] },
  'other choice': {
    where: /'(?:yes|no|on|off|shared|strict|preferred|virtio|static)'/g,
    to: ["'yes'", "'on'", "'auto'", "'private'", "'none'", "'other'"],
  },
  'other unit': { where: /unit='\w+'/g, to: ["unit='KiB'", "unit='bytes'", "unit='Gb'", "unit='T'", ''] },
  'other amount': { where: />\d+</g, to: ['>0<', '>-1<', '>3<', '>x<', '><', '>512<'] },
  'other model': {
    where: /model='[\w-]+'/g,
    to: [
      "model='pcie-root-port'",
      "model='pci-bridge'",
      "model='pcie-root'",
      "model='virtio'",
      "model='other'",
      '',
    ],
  },
};

/** The valid domains, and `count` mutations of them, the same for the same seed; none twice. */
export function documents(count: number, seed: number): Mutant[] {
  const random = randomNumbers(seed);
  const bases = Object.entries(DOMAINS);
  const kinds = [...Object.keys(MUTATIONS), ...Object.keys(VALUES)];
  const seen = new Set(bases.map(([, text]) => text));
  const mutants: Mutant[] = [];
  for (let i = 0; mutants.length < count && i < count * 20; i++) {
    const [base, valid] = bases[i % bases.length]!;
    const mutation = pick(kinds, random)!;
    const text =
      mutation in VALUES ? withValue(valid, VALUES[mutation]!, random) : mutate(valid, mutation, random);
    if (text === undefined || seen.has(text)) continue;
    seen.add(text);
    mutants.push({ base, mutation, text });
  }
  return [...bases.map(([base, text]) => ({ base, mutation: undefined, text })), ...mutants];
}

function withValue(
  text: string,
  { where, to }: { where: RegExp; to: readonly string[] },
  random: () => number,
): string | undefined {
  const match = pick([...text.matchAll(where)], random);
  return match && text.slice(0, match.index) + pick(to, random)! + text.slice(match.index + match[0].length);
}

/** Puts a domain to the real libvirt and to us. */
export async function compareDocument({ base, mutation, text }: Mutant, version: Version): Promise<Compared> {
  const settings = { ...DEFAULT_SETTINGS, target: { ...DEFAULT_SETTINGS.target, libvirt: version } };
  const errors = errorsIn('domain.xml', text, settings);
  const before = new Set(DOMAINS[base]!.split('\n'));
  return {
    base,
    mutation,
    text,
    changed: text
      .split('\n')
      .filter((line) => !before.has(line))
      .map((line) => line.trim())
      .join(' '),
    theirs: await answerOf(text),
    ours: errors.map(({ rule, message }) => `${rule}: ${message}`),
    provenByBoot: false,
  };
}

async function answerOf(text: string): Promise<Answer> {
  const { xml } = adaptDomain(text);
  const defined = await askDefine(xml);
  return defined.verdict === 'accepted' ? askNative(xml) : defined;
}
