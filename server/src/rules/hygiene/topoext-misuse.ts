import { resolveTopology } from '../../guest/layout.ts';
import type { CpuFeature } from '../../guest/processor.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type GuestContext } from '../define.ts';

/** Models that have topoext by themselves (target/i386/cpu.c: builtin_x86_defs). */
const HAS_TOPOEXT = /^(EPYC|Dhyana)/;

export default defineRule({
  name: 'topoext-misuse',
  reads: 'guest',
  topic: 'hygiene',
  severity: 'warning',
  summary: 'topoext, by which AMD CPUs tell of their threads, is on without threads, or off with them.',
  sources: [
    {
      title: "QEMU: This family of AMD CPU doesn't support hyperthreading",
      ref: 'target/i386/cpu.c: x86_cpu_realizefn; CPUID leaves 0x8000001D and 0x8000001E',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { guest, target } = context;
    // Of several of one name the last one counts.
    const feature = guest.processor.features.items.findLast(({ name }) => name === 'topoext');
    if (!feature || !isKnown(feature.on)) return;
    const threads = resolveTopology(guest, target)?.levels.threads;
    if (threads === undefined) return;
    if (feature.on.value && threads === 1) reportIdle(context, feature);
    else if (!feature.on.value && threads > 1) checkOff(context, feature, threads);
  },
});

function reportIdle({ report }: GuestContext, feature: CpuFeature): void {
  report({
    severity: 'information',
    message:
      'With one thread a core topoext has no threads to tell of; what is left is how an AMD guest sees its caches, ' +
      'and on Intel nothing.',
    at: feature.label,
    about: feature,
    fixes: [
      {
        title: 'Remove topoext',
        applicability: 'suggestion',
        changes: [{ op: 'remove', entity: feature }],
      },
    ],
  });
}

function checkOff({ guest, report }: GuestContext, feature: CpuFeature, threads: number): void {
  const model = effective(guest.processor.model);
  if (!model || !HAS_TOPOEXT.test(model)) return;
  report({
    message:
      `A core has ${threads} threads, but ${model} is not to tell the guest, which takes each for a core: QEMU ` +
      `warns "This family of AMD CPU doesn't support hyperthreading(${threads})".`,
    at: feature.label,
    about: feature,
    fixes: [
      {
        title: `Leave topoext to ${model}, which has it`,
        applicability: 'suggestion',
        changes: [{ op: 'remove', entity: feature }],
      },
    ],
  });
}
