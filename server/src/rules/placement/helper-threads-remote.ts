import { helpersNear } from '../../placement/helperVerdicts.ts';
import { nearTo } from '../../placement/hostFacts.ts';
import { isKept } from '../../placement/place.ts';
import { placementOf } from '../../placement/placement.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { fromVerdict, suggestion } from './report.ts';

export default defineRule({
  name: 'helper-threads-remote',
  reads: 'guest',
  only: 'libvirt',
  needs: 'host-profile',
  topic: 'placement',
  severity: 'warning',
  summary: "QEMU's own threads or I/O threads run on another host node than all that they serve.",
  explains: ['emulatorpin-remote-node'],
  sources: [
    { title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, emulatorpin, iothreadpin' },
  ],
  since: '0.1.0',
  check({ guest, host, report }) {
    const placement = placementOf(guest, host);
    const pinned = IndexSet.of(
      placement.groups
        .flatMap(({ threads }) => (isKept(threads) ? threads.keepers : []))
        .flatMap(({ kind, value }) => (kind === 'pin' ? value.value.ranges : [])),
    );
    for (const verdict of helpersNear(placement)) {
      const { keeper, name, home, reach } = verdict;
      if (verdict.holds || !reach) continue;
      const { value } = keeper;
      const near = nearTo(home, host);
      const cpus = IndexSet.of([...near].flatMap((node) => host.cpusOfNode(node).ranges));
      const free = cpus.subtract(pinned);
      const to = free.isEmpty ? cpus : free;
      report({
        message:
          `${name} may only run on ${nameHostNodes(reach.from)}, but memory and devices of the guest are on ` +
          `${nameHostNodes(home)}: all that is copied for the guest crosses between the nodes.`,
        at: value.span,
        about: keeper.kind === 'pin' ? keeper.pin : value,
        ...fromVerdict(verdict, value.span),
        fixes: value.slot
          ? suggestion(`Run them on ${nameHostNodes(near)}`, [{ op: 'replace', value, text: to.toString() }])
          : [],
      });
    }
  },
});
