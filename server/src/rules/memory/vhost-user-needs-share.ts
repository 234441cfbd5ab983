import type { Guest } from '../../guest/guest.ts';
import type { Backing, MemorySharer } from '../../guest/memory.ts';
import { ramBackings } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'vhost-user-needs-share',
  reads: 'guest',
  topic: 'memory',
  severity: 'error',
  summary: 'A device is served by another process, which cannot see the memory of the guest.',
  sources: [
    {
      title: 'QEMU: consider using -object memory-backend-file share=on',
      ref: 'hw/virtio/vhost-user.c: vhost_user_fill_set_mem_table_msg',
    },
    {
      title: 'libvirt: requires shared memory',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefVhostUserRequireSharedMemory',
    },
  ],
  since: '0.1.0',
  check({ guest, report }) {
    const { sharers } = guest.memory;
    const hidden = sharers.length > 0 ? privateMemory(guest) : undefined;
    if (!hidden) return;
    for (const sharer of sharers) {
      report({
        message: messageFor(sharer),
        at: sharer.label,
        about: sharer,
        ...(sharer.refused ? {} : { severity: 'warning' }),
        related: hidden.flatMap(({ share, id, label }) => {
          const span = isKnown(share) ? share.span : isKnown(id) ? label : undefined;
          return span ? [{ span, message: 'This memory is private.' }] : [];
        }),
        fixes: [FIX],
      });
    }
  },
});

const FIX: Fix = {
  title: 'Share the memory of the guest',
  applicability: 'suggestion',
  changes: [{ op: 'share-memory' }],
};

const messageFor = ({ name, refused }: MemorySharer): string =>
  refused
    ? `${name} is served by a process beside QEMU, but the memory of the guest is private: libvirt refuses the domain ` +
      `with "'${name}' requires shared memory".`
    : `${name} is served by another process, but the memory of the guest is private: the guest starts, and the device ` +
      'does not work.';

/** Backings that are certainly not shared; empty where the program makes private memory itself, undefined where none is. */
function privateMemory(guest: Guest): readonly Backing[] | undefined {
  const backings = ramBackings(guest);
  if (!backings) return undefined;
  const hidden = backings.filter((backing) => effective(backing.share) === false);
  return hidden.length > 0 || backings.length === 0 ? hidden : undefined;
}
