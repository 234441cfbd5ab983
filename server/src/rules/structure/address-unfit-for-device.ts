import { ADDRESSES, type AddressRule, PANIC_MODELS } from '../../catalogue/deviceAddresses.ts';
import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child, childElements, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import { at, devicesOf, type Refusal, removeElement, tellRefusal, word, writeAttribute } from '../refusal.ts';

/** Which say that there is no address, or that libvirt is to find one. */
const NONE = new Set(['none', 'unassigned']);

export default defineRule({
  name: 'address-unfit-for-device',
  reads: 'libvirt',
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
    for (const rule of ADDRESSES) {
      for (const device of devicesOf(context.domain, rule.device)) {
        const refusal = refusalOf(context, rule, device);
        if (refusal) tellRefusal(context, refusal);
      }
    }
    for (const refusal of rootAddresses(context)) tellRefusal(context, refusal);
    for (const refusal of zeroUids(context)) tellRefusal(context, refusal);
    for (const refusal of ofOthers(context)) tellRefusal(context, refusal);
  },
});

function refusalOf(context: LibvirtContext, rule: AddressRule, device: XmlElement): Refusal | undefined {
  const address = child(device, 'address');
  const type = word(address, 'type');
  if (!address || type === undefined || NONE.has(type) || rule.takes.includes(type)) return undefined;
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
function* rootAddresses({ domain }: LibvirtContext): Generator<Refusal> {
  for (const controller of devicesOf(domain, 'controller')) {
    const model = word(controller, 'model');
    const address = child(controller, 'address');
    // One that says nothing else than its type is none.
    if (!address || word(address, 'type') !== 'pci' || !/^pcie?-root$/.test(model ?? '')) continue;
    if ((word(controller, 'index') ?? '0') !== '0' || address.attributes.length < 2) continue;
    yield {
      fact: `The ${model} of a machine has a place of its own, and no address`,
      words: 'pci-root and pcie-root controllers should not have an address',
      element: address,
      fixes: [removeElement(address)],
    };
  }
}

function* zeroUids({ domain }: LibvirtContext): Generator<Refusal> {
  const lists = children(domain, 'devices').flatMap(childElements);
  for (const zpci of lists.flatMap((device) => at(device, 'address/zpci') ?? [])) {
    const uid = word(zpci, 'uid');
    if (uid === undefined || parseLibvirtNumber(uid) !== 0) continue;
    yield {
      fact: 'The uid of a device on s390 counts from 1',
      words: "Invalid PCI address uid='0x0000', must be > 0x0000 and <= 0xffff",
      element: zpci,
      attribute: 'uid',
      fixes: [writeAttribute(zpci, 'uid', '0x0001')],
    };
  }
}

/** Addresses of other machines, and that of a device of the host that is held back until somebody plugs it in. */
function* ofOthers({ domain, guest }: LibvirtContext): Generator<Refusal> {
  const arch = effective(guest.machine.arch);
  const machine = effective(guest.machine.type)?.name;
  for (const device of children(domain, 'devices').flatMap(childElements)) {
    const address = child(device, 'address');
    if (address && arch === 'x86_64' && machine !== undefined && word(address, 'type') === 'ccw') {
      yield {
        fact: 'Channels are a part of s390, and this is a PC',
        words: `cannot use CCW address type for device '<null>' using machine type '${machine}'`,
        element: address,
        attribute: 'type',
        fixes: [removeElement(address, 'Leave the address to libvirt')],
      };
    }
    if (!address || device.name.text === 'hostdev' || word(address, 'type') !== 'unassigned') continue;
    yield {
      fact: `unassigned holds a device of the host back from the guest, and this is a <${device.name.text}>`,
      words: "address of type 'unassigned' is supported only for hostdevs",
      element: address,
      attribute: 'type',
      fixes: [removeElement(address, 'Leave the address to libvirt')],
    };
  }
}
