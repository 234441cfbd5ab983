import { numatuneOf } from '../../dialects/libvirt/numatune.ts';
import { attribute } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { word } from '../refusal.ts';

export default defineRule({
  name: 'restrictive-not-enforced',
  reads: 'libvirt',
  concerns: ['memnode'],
  topic: 'pinning',
  severity: 'information',
  summary: "The memory of a cell is bound in the mode 'restrictive', which binds no single cell.",
  sources: [
    { title: 'libvirt: memnode, restrictive', ref: 'docs/formatdomain.rst: numatune' },
    {
      title: 'libvirt: no policy for restrictive',
      ref: 'src/qemu/qemu_command.c: qemuBuildMemoryBackendProps',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { memnodes } = numatuneOf(domain);
    const memnode = memnodes.find((each) => word(each, 'mode') === 'restrictive');
    const mode = memnode && attribute(memnode, 'mode')?.value;
    if (!memnode || !mode || word(memnode, 'nodeset') === undefined) return;
    report({
      message:
        "'restrictive' leaves the memory to the kernel, within what the guest as a whole may use: QEMU gets no policy for this " +
        `cell, and its memory may come from other nodes than ${word(memnode, 'nodeset')}. 'strict' binds it.`,
      at: spanOf(guest.label.uri, mode),
      about: memnode,
    });
  },
});
