import { isKnown } from '../../guest/value.ts';
import { isKept } from '../../placement/place.ts';
import { placementOf } from '../../placement/placement.ts';
import { nameHostNodes } from '../../placement/wording.ts';
import { IndexSet } from '../../values/indexSet.ts';
import { defineRule } from '../define.ts';
import { dedicatedCpus } from './dedicated.ts';
import { replaceCpus } from './hostCpus.ts';

export default defineRule({
  name: 'emulatorpin-remote-node',
  reads: 'guest',
  only: 'libvirt',
  needs: 'host-profile',
  topic: 'pinning',
  severity: 'warning',
  summary: "QEMU's own threads are pinned to another host node than all vCPUs.",
  sources: [{ title: 'libvirt: CPU Tuning', ref: 'docs/formatdomain.rst: cputune, emulatorpin' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    const { groups, complete, emulator } = placementOf(guest, host);
    const cpus = guest.threads.emulatorCpus;
    if (!complete || !isKept(emulator) || !isKnown(cpus)) return;
    const threads = groups.map((group) => group.threads);
    if (!threads.every(isKept)) return;
    // Where the memory is bound, that decides where these threads belong.
    if (groups.every(({ memory }) => isKept(memory))) return;
    const home = IndexSet.unionOf(threads.map(({ nodes }) => nodes));
    if (!emulator.nodes.intersect(home).isEmpty) return;
    const near = IndexSet.of([...home].flatMap((node) => host.cpusOfNode(node).ranges));
    const quiet = near.subtract(dedicatedCpus(guest) ?? IndexSet.empty);
    report({
      message:
        `QEMU's own threads run on ${nameHostNodes(emulator.nodes)}, and all vCPUs on ${nameHostNodes(home)}: they fill the ` +
        'memory of the guest from the far side, and whatever they copy crosses between the nodes.',
      at: cpus.span,
      about: cpus,
      fixes: replaceCpus({ cpus }, quiet.isEmpty ? near : quiet, `Run them on ${nameHostNodes(home)}`),
    });
  },
});
