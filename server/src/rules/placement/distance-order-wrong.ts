import { distancesInOrder } from '../../placement/distanceVerdicts.ts';
import { placementOf } from '../../placement/placement.ts';
import { defineRule } from '../define.ts';
import { fromVerdict, suggestion } from './report.ts';

export default defineRule({
  name: 'distance-order-wrong',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'information',
  summary: 'The guest takes for nearer what is farther on the host.',
  sources: [
    { title: 'QEMU: -numa dist', ref: 'qemu-options.hx: numa' },
    { title: 'libvirt: distances of a cell', ref: 'docs/formatdomain.rst: Guest NUMA Topology' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    for (const verdict of distancesInOrder(placementOf(guest, host))) {
      const { wrong, written } = verdict;
      if (!wrong) continue;
      const [near, far] = wrong;
      const changes = written
        .filter(({ value, real }) => value.value !== real)
        .map(({ value, real }) => ({ op: 'replace', value, text: String(real) }) as const);
      report({
        message:
          `For the guest, ${near.to.name} is nearer to ${near.from.name} than ${far.to.name} is (${near.value.value} and ` +
          `${far.value.value}); on the host it is the other way round (${near.real} and ${far.real}).`,
        at: near.value.span,
        about: near.value,
        ...fromVerdict(verdict, near.value.span),
        fixes: suggestion('Write the distances of the host', changes),
      });
    }
  },
});
