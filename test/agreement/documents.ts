import type { Version } from '../../server/src/guest/target.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { adaptDomain } from '../oracles/adaptations.ts';
import { askDefine, askNative } from '../oracles/libvirt.ts';
import type { Answer } from '../oracles/process.ts';
import { MUTATIONS, mutate, randomNumbers } from '../oracles/xmlMutations.ts';
import { type Compared, errorsIn, PROVEN_BY_BOOT } from './compare.ts';
import { DOMAINS } from './domains.ts';
import { pick, type Random } from './lineMutations.ts';
import { mutateTree, TREE_MUTATIONS } from './treeMutations.ts';

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
export function documents(count: number, seed: number, valid = DOMAINS): Mutant[] {
  const random = randomNumbers(seed);
  const bases = Object.entries(valid);
  const kinds = [...Object.keys(MUTATIONS), ...Object.keys(VALUES), ...Object.keys(TREE_MUTATIONS)];
  const seen = new Set(bases.map(([, text]) => text));
  const mutants: Mutant[] = [];
  for (let i = 0; mutants.length < count && i < count * 20; i++) {
    const [base, valid] = bases[i % bases.length]!;
    const mutation = pick(kinds, random)!;
    const text = mutantOf(valid, mutation, random);
    if (text === undefined || seen.has(text)) continue;
    seen.add(text);
    mutants.push({ base, mutation, text });
  }
  return [...bases.map(([base, text]) => ({ base, mutation: undefined, text })), ...mutants];
}

function mutantOf(valid: string, mutation: string, random: Random): string | undefined {
  if (mutation in VALUES) return withValue(valid, VALUES[mutation]!, random);
  return (mutation in TREE_MUTATIONS ? mutateTree : mutate)(valid, mutation, random);
}

function withValue(
  text: string,
  { where, to }: { where: RegExp; to: readonly string[] },
  random: () => number,
): string | undefined {
  const match = pick([...text.matchAll(where)], random);
  return match && text.slice(0, match.index) + pick(to, random)! + text.slice(match.index + match[0].length);
}

/** What only a host can tell: the same domain is taken where it has what is missing here. */
const OF_THIS_HOST =
  /Advice from numad|'\/dev\/dri'|scsi_generic|host CPU vendor does not match|CPU is incompatible with host CPU/;

/**
 * Puts a domain to the real libvirt and to us.
 * @returns undefined where the oracle puts something else in the place of what was changed, so that libvirt is not asked about it
 */
export async function compareDocument(
  { base, mutation, text }: Mutant,
  version: Version,
): Promise<Compared | undefined> {
  const { xml, used } = adaptDomain(text);
  const adapted = new Set(adaptDomain(DOMAINS[base]!).used.map(({ before }) => before));
  if (used.some(({ before }) => !adapted.has(before))) return undefined;
  const settings = { ...DEFAULT_SETTINGS, target: { ...DEFAULT_SETTINGS.target, libvirt: version } };
  const errors = errorsIn('domain.xml', text, settings);
  const before = new Set(DOMAINS[base]!.split('\n'));
  const theirs = await answerOf(xml);
  return {
    base,
    mutation,
    text,
    changed: text
      .split('\n')
      .filter((line) => !before.has(line))
      .map((line) => line.trim())
      .join(' '),
    theirs,
    ours: errors.map(({ rule, message }) => `${rule}: ${message}`),
    provenByBoot: errors.length > 0 && errors.every(({ rule }) => PROVEN_BY_BOOT.has(rule)),
    ofThisHost: theirs.verdict === 'refused' && OF_THIS_HOST.test(theirs.message),
  };
}

/** Some questions only a start answers, for what it chooses or looks for on the host: then the answer is that to the others. */
const AT_START = /argument key 'driver' must not have null value|invalid PCI passthrough type 'default'/;

async function answerOf(xml: string): Promise<Answer> {
  const defined = decided(await askDefine(xml));
  if (defined.verdict !== 'accepted') return defined;
  const native = decided(await askNative(xml));
  return native.verdict === 'refused' && AT_START.test(native.message) ? defined : native;
}

/** A connection that is cut is no answer: the domain has crashed the daemon. */
const decided = (answer: Answer): Answer =>
  /end of file|socket is closed/i.test(answer.message) ? { ...answer, verdict: 'unavailable' } : answer;
