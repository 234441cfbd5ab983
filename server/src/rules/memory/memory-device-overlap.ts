import { parseLibvirtNumber, Reader, readSize } from '../../dialects/libvirt/values.ts';
import { isKnown } from '../../guest/value.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { at, devicesOf, removeElement, tellRefusal, word } from '../refusal.ts';

export default defineRule({
  name: 'memory-device-overlap',
  reads: 'libvirt',
  concerns: ['base'],
  topic: 'memory',
  severity: 'error',
  summary: 'Two memory devices are put over each other in the memory of the guest.',
  sources: [
    {
      title: 'libvirt: memory device address overlaps with other memory device',
      ref: 'src/conf/domain_validate.c: virDomainDefMemoryDevicesValidate…',
    },
  ],
  since: '0.1.0',
  check(context) {
    const placed = devicesOf(context.domain, 'memory').flatMap((device) => placeOf(context, device) ?? []);
    for (const [i, later] of placed.entries()) {
      const earlier = placed.slice(0, i).find((other) => other.start < later.end && later.start < other.end);
      if (!earlier) continue;
      tellRefusal(context, {
        fact: `This memory begins at ${hex(later.start)}, where an earlier one reaches from ${hex(earlier.start)} to ${hex(earlier.end)}`,
        words:
          `memory device address [${hex(earlier.start)}:${hex(earlier.end)}] overlaps with other memory device ` +
          `(${hex(later.start)})`,
        element: later.address,
        attribute: 'base',
        beside: { element: earlier.address, message: 'The earlier one.' },
        fixes: [removeElement(later.address, 'Leave the place to QEMU')],
      });
    }
  },
});

interface Place {
  readonly start: bigint;
  readonly end: bigint;
  readonly address: XmlElement;
}

/** virtio-mem and virtio-pmem say it in their <target>, dimms in an <address> of their own. */
function placeOf({ guest }: LibvirtContext, device: XmlElement): Place | undefined {
  const own = child(device, 'address');
  const address = at(device, 'target/address') ?? (word(own, 'type') === 'dimm' ? own : undefined);
  const start = parseLibvirtNumber(word(address, 'base') ?? '');
  const size = at(device, 'target/size');
  if (!address || start === undefined || start === 0 || !size) return undefined;
  const reader = new Reader(guest.label.uri);
  const bytes = readSize(reader.text(size, device), reader.attribute(size, 'unit', size));
  return isKnown(bytes) ? { start: BigInt(start), end: BigInt(start) + bytes.value, address } : undefined;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;
