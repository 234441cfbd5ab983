import { ADDRESSES, type AddressRule, PANIC_MODELS } from '../../catalogue/deviceAddresses.ts';
import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { at, type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';
import { type Placed, placedDevicesOf } from './addresses.ts';

type Maybe = Refusal | undefined;

/** Which say that there is no address, or that libvirt is to find one. */
const SAYS_NONE = new Set(['none', 'unassigned']);

const RULES = new Map<string, AddressRule[]>();
for (const rule of ADDRESSES) RULES.set(rule.device, [...(RULES.get(rule.device) ?? []), rule]);

export default defineRule({
  name: 'address-unfit-for-device',
  reads: 'libvirt',
  concerns: ['address'],
  topic: 'structure',
  severity: 'error',
  summary: 'A device has an address of a kind that it cannot have.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: "libvirt: Invalid address type '…' for the disk '…' with the bus type '…'",
      ref: 'src/conf/domain_validate.c: virDomainDiskDefValidate, virDomainHostdevDefValidate',
    },
    { title: 'libvirt: address not supported for video type', ref: 'src/qemu/qemu_validate.c' },
    {
      title: 'libvirt: Invalid PCI address uid',
      ref: 'src/conf/device_conf.c: virZPCIDeviceAddressIsValid',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const placed of placedDevicesOf(context.domain)) {
      const { device, type } = placed;
      const rules = type === undefined || SAYS_NONE.has(type) ? undefined : RULES.get(device.name.text);
      if (rules) for (const rule of rules) tell(context, unfit(context, rule, placed));
      tell(context, ofRoot(placed));
      tell(context, zeroUid(placed));
      tell(context, foreign(context, placed));
      tell(context, heldBack(placed));
    }
  },
});

function tell(context: LibvirtContext, refusal: Maybe): void {
  if (refusal) tellRefusal(context, refusal);
}

function unfit(context: LibvirtContext, rule: AddressRule, { device, address, type = '' }: Placed): Maybe {
  if (rule.takes.includes(type)) return undefined;
  const fits = Object.entries(rule.when).every(([path, value]) => valueAt(context, device, path) === value);
  if (!fits) return undefined;
  const kind = Object.values(rule.when)[0] ?? '';
  const words = rule.refusal
    .replace('{type}', type)
    .replace('{kind}', kind)
    .replace('{name}', word(child(device, 'target'), 'dev') ?? '');
  const takes = rule.takes.length > 0 ? `only ${rule.takes.join(' or ')}` : 'none at all';
  const name = kind === '' ? `<${rule.device}>` : `<${rule.device}> of the kind ${kind}`;
  return {
    fact: `A ${name} has an address of type ${type}, and takes ${takes}`,
    words,
    element: address,
    attribute: 'type',
    fixes: [removeElement(address, 'Leave the address to libvirt')],
  };
}

function valueAt({ guest }: LibvirtContext, device: XmlElement, path: string): string | undefined {
  const [element, name] = path.split('@') as [string, string];
  const owner = element === '' ? device : at(device, element);
  if (device.name.text === 'panic' && !attribute(device, name)) {
    const { arch } = guest.machine;
    const isVirt = guest.machine.type.state === 'known' && guest.machine.type.value.family === 'virt';
    if (arch.state !== 'known') return undefined;
    return arch.value === 'aarch64' && isVirt ? 'pvpanic' : PANIC_MODELS[arch.value];
  }
  return word(owner, name);
}

/** The root of PCI is part of the machine. */
function ofRoot({ device: controller, address, type }: Placed): Maybe {
  // One that says nothing else than its type is none.
  if (controller.name.text !== 'controller' || type !== 'pci' || address.attributes.length < 2)
    return undefined;
  const model = word(controller, 'model');
  if (!/^pcie?-root$/.test(model ?? '') || (word(controller, 'index') ?? '0') !== '0') return undefined;
  return {
    fact: `The ${model} of a machine has a place of its own, and no address`,
    words: 'pci-root and pcie-root controllers should not have an address',
    element: address,
    fixes: [removeElement(address)],
  };
}

function zeroUid({ address }: Placed): Maybe {
  const zpci = child(address, 'zpci');
  const uid = word(zpci, 'uid');
  if (!zpci || uid === undefined || parseLibvirtNumber(uid) !== 0) return undefined;
  return {
    fact: 'The uid of a device on s390 counts from 1',
    words: "Invalid PCI address uid='0x0000', must be > 0x0000 and <= 0xffff",
    element: zpci,
    attribute: 'uid',
    fixes: [writeAttribute(zpci, 'uid', '0x0001')],
  };
}

/** Of other machines. */
function foreign({ guest }: LibvirtContext, { address, type }: Placed): Maybe {
  if (type !== 'ccw') return undefined;
  const machine = effective(guest.machine.type)?.name;
  if (effective(guest.machine.arch) !== 'x86_64' || machine === undefined) return undefined;
  return {
    fact: 'Channels are a part of s390, and this is a PC',
    words: `cannot use CCW address type for device '<null>' using machine type '${machine}'`,
    element: address,
    attribute: 'type',
    fixes: [removeElement(address, 'Leave the address to libvirt')],
  };
}

/** Only a device of the host is held back until somebody plugs it in. */
function heldBack({ device, address, type }: Placed): Maybe {
  if (device.name.text === 'hostdev' || type !== 'unassigned') return undefined;
  return {
    fact: `unassigned holds a device of the host back from the guest, and this is a <${device.name.text}>`,
    words: "address of type 'unassigned' is supported only for hostdevs",
    element: address,
    attribute: 'type',
    fixes: [removeElement(address, 'Leave the address to libvirt')],
  };
}
