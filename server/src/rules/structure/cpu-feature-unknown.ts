import { CPU_FEATURES } from '../../catalogue/cpuFeatures.ts';
import { isX86 } from '../../guest/machine.ts';
import { atLeast, type Version } from '../../guest/target.ts';
import { children } from '../../syntax/xml/query.ts';
import { oncePer } from '../../values/oncePer.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule } from '../define.ts';
import { type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

/** The version that the list of features is of. */
const LISTED: Version = [9, 0];

export default defineRule({
  name: 'cpu-feature-unknown',
  reads: 'libvirt',
  concerns: ['feature'],
  topic: 'structure',
  severity: 'error',
  summary: 'The vCPUs are to have or not to have a feature that libvirt has no such name for.',
  sources: [
    { title: 'libvirt: unknown CPU feature', ref: 'src/cpu/cpu_x86.c: virCPUx86ValidateFeatures' },
    { title: 'libvirt: the features', ref: 'src/cpu_map/x86_features.xml' },
  ],
  since: '0.1.0',
  check(context) {
    const { domain, guest, target } = context;
    if (!isX86(guest.machine)) return;
    const isComplete = target.libvirt !== undefined && atLeast(LISTED, target.libvirt);
    for (const feature of children(domain, 'cpu').flatMap((cpu) => children(cpu, 'feature'))) {
      const name = word(feature, 'name');
      if (!name || CPU_FEATURES.has(name)) continue;
      const meant = respelt(CPU_FEATURES).get(plain(name));
      // One that is like no other may be new.
      if (meant !== undefined || isComplete) tellRefusal(context, refusalOf(feature, name, meant));
    }
  },
});

/** What is left of a name that others spell with other signs: sse4_2 and SSE4-2 are sse4.2. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The names that there are, by what is left of them. */
const respelt = oncePer(
  (names: ReadonlySet<string>): ReadonlyMap<string, string> =>
    new Map([...names].map((name) => [plain(name), name])),
);

function refusalOf(feature: Refusal['element'], name: string, sameWord: string | undefined): Refusal {
  const meant = sameWord ?? mostSimilar(name, CPU_FEATURES);
  return {
    fact: `libvirt knows no CPU feature ${name}${meant === undefined ? '' : `, but ${meant}`}`,
    words: `unknown CPU feature: ${name}`,
    element: feature,
    attribute: 'name',
    fixes: [...(meant === undefined ? [] : [writeAttribute(feature, 'name', meant)]), removeElement(feature)],
  };
}
