import { child, children } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { content, removeElement, tellRefusal } from '../refusal.ts';

/** Parts of <cputune> with the least and the most; 0 stands for nothing said, and a negative quota for no limit. */
const RANGES: readonly { readonly name: string; readonly least: number; readonly most: number }[] = [
  { name: 'shares', least: 2, most: 262_144 },
  ...['period', 'global_period', 'emulator_period', 'iothread_period'].map((name) => ({
    name,
    least: 1000,
    most: 1_000_000,
  })),
  ...['quota', 'global_quota', 'emulator_quota', 'iothread_quota'].map((name) => ({
    name,
    least: 1000,
    most: 17_592_186_044_415,
  })),
];

export default defineRule({
  name: 'scheduler-share-unfit',
  reads: 'libvirt',
  concerns: RANGES.map(({ name }) => name),
  topic: 'pinning',
  severity: 'error',
  summary: 'A share of processor time is outside of what the kernel takes.',
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: Value of cputune '…' must be in range",
      ref: 'src/conf/domain_validate.c: virDomainDefCputuneValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const cputune of children(context.domain, 'cputune')) {
      for (const { name, least, most } of RANGES) {
        const element = child(cputune, name);
        if (!element) continue;
        const text = content(element);
        const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
        if (value === 0 || (value >= least && value <= most)) continue;
        tellRefusal(context, {
          fact: `<${name}> is ${least} at least and ${most} at most, and this says ${value}`,
          words: `Value of cputune '${name}' must be in range [${least}, ${most}]`,
          element,
          fixes: [removeElement(element)],
        });
      }
    }
  },
});
