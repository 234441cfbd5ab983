import { FEATURES, NO_ACPI, NO_PARALLEL, TICK_POLICIES, TIMERS } from '../../catalogue/machineFeatures.ts';
import { machineProbablyTaken } from '../../guest/machine.ts';
import { effective } from '../../guest/value.ts';
import { attribute, child, childElements, children, namesIn } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { formatBytes, libvirtUnit, MiB } from '../../values/byteSize.ts';
import { defineRule, type LibvirtContext } from '../define.ts';
import {
  at,
  content,
  devicesOf,
  type Refusal,
  removeElement,
  tellRefusal,
  word,
  writeAttribute,
} from '../refusal.ts';
import { placedDevicesOf } from './addresses.ts';

export default defineRule({
  name: 'feature-unfit-for-machine',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A feature, timer or device is asked for that the machine cannot have.',
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: The '…' feature is not supported for architecture '…' or machine type '…'",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefFeatures',
    },
    {
      title: "libvirt: Configuring the '…' timer is not supported",
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefClockTimers',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain, guest } = context;
    const names = namesIn(domain);
    if (names.has('tseg')) tellTseg(context);
    const arch = effective(guest.machine.arch);
    const type = effective(guest.machine.type)?.name;
    if (arch === undefined || type === undefined) return;
    for (const list of children(domain, 'features')) {
      for (const feature of childElements(list)) tellFeature(context, feature, arch, type);
    }
    if (names.has('ps2')) tellWithoutPs2(context);
    if (names.has('timer')) tellTimers(context, arch, type);
    tellDevices(context, arch, type);
    if (names.has('zpci')) tellZpci(context, arch);
  },
});

function tellFeature(context: LibvirtContext, feature: XmlElement, arch: string, machine: string): void {
  const name = feature.name.text;
  // One that asks for nothing is passed over.
  const asksNothing = name === 'hpt' && feature.attributes.length === 0 && !child(feature, 'maxpagesize');
  const rule = asksNothing ? undefined : FEATURES[name];
  if (
    rule &&
    !(rule.archs.includes(arch) && (rule.machine === undefined || machine.startsWith(rule.machine)))
  ) {
    tellRefusal(context, {
      fact: `<${name}> is for ${rule.machine ?? ''} machines of ${rule.archs[0]}, and this is ${machine} of ${arch}`,
      words: `The '${name}' feature is not supported for architecture '${arch}' or machine type '${machine}'`,
      element: feature,
      fixes: [removeElement(feature)],
    });
  }
  if (name === 'acpi' && NO_ACPI.has(arch)) {
    tellRefusal(context, {
      fact: `Machines of ${arch} have no ACPI`,
      words: `machine type '${machine}' does not support ACPI`,
      element: feature,
      fixes: [removeElement(feature)],
    });
  }
  if (name === 'gic' && word(feature, 'version') === 'none' && rule?.archs.includes(arch)) {
    tellRefusal(context, {
      fact: 'This is no version of an interrupt controller',
      words: "Invalid value for attribute 'version' in element 'gic': 'none'.",
      element: feature,
      attribute: 'version',
      fixes: [removeElement(feature)],
    });
  }
}

/** Memory of the firmware's own, which the chipset of q35 holds back in whole MiB. */
function tellTseg(context: LibvirtContext): void {
  const { domain, guest } = context;
  const smm = at(child(domain, 'features'), 'smm');
  const found = smm && word(smm, 'state') !== 'off' ? child(smm, 'tseg') : undefined;
  if (!found) return;
  const type = machineProbablyTaken(guest.machine);
  if (type?.family === 'i440fx') {
    tellRefusal(context, {
      fact: `<tseg> sizes a part of q35, and the machine is ${type.name}`,
      words: 'SMM TSEG is only supported with q35 machine type',
      element: found,
      fixes: [removeElement(found)],
    });
  }
  const unit = attribute(found, 'unit') ? libvirtUnit(word(found, 'unit') ?? '') : MiB;
  const text = content(found);
  if (type?.family !== 'q35' || unit === undefined || text === undefined || !/^\d+$/.test(text)) return;
  const size = BigInt(text) * unit;
  if (size % MiB === 0n) return;
  tellRefusal(context, {
    fact: `This memory of the firmware has whole MiB, and ${formatBytes(size)} are none`,
    words: 'SMM TSEG size must be divisible by 1 MiB',
    element: found,
    fixes: [writeAttribute(found, 'unit', 'MiB'), removeElement(found)],
  });
}

/** The mouse and keyboard of a PC hang on a controller that may be switched off. */
function tellWithoutPs2(context: LibvirtContext): void {
  const { domain } = context;
  const features = child(domain, 'features');
  if (word(at(features, 'ps2'), 'state') !== 'off') return;
  const vmport = at(features, 'vmport');
  if (vmport && word(vmport, 'state') === 'on') {
    tellRefusal(context, {
      fact: '<vmport> speaks through the PS/2 controller, which is off',
      words: 'vmport feature requires the ps2 feature not to be disabled',
      element: vmport,
      fixes: [removeElement(vmport)],
    });
  }
  for (const input of devicesOf(domain, 'input').filter((device) => word(device, 'bus') === 'ps2')) {
    tellRefusal(context, {
      fact: 'This input device is on PS/2, which is off',
      words: 'ps2 bus inputs require the ps2 feature not to be disabled',
      element: input,
      fixes: [removeElement(input)],
    });
  }
}

function tellTimers(context: LibvirtContext, arch: string, machine: string): void {
  const { domain } = context;
  for (const clock of children(domain, 'clock')) {
    for (const timer of children(clock, 'timer')) {
      const refusal = ofOther(timer, domain, arch, machine) ?? ofPolicy(timer);
      if (refusal) tellRefusal(context, refusal);
    }
  }
}

function ofOther(timer: XmlElement, domain: XmlElement, arch: string, machine: string): Refusal | undefined {
  const name = word(timer, 'name') ?? '';
  const archs = TIMERS[name];
  if (!archs || archs.includes(arch) || word(timer, 'present') !== 'yes') return undefined;
  const type = word(domain, 'type') ?? '';
  return {
    fact: `The timer ${name} is of ${archs[0]}, and the guest is ${arch}`,
    words: `Configuring the '${name}' timer is not supported for virtType=${type} arch=${arch} machine=${machine} guests`,
    element: timer,
    attribute: 'name',
    fixes: [removeElement(timer)],
  };
}

function ofPolicy(timer: XmlElement): Refusal | undefined {
  const name = word(timer, 'name') ?? '';
  const policy = word(timer, 'tickpolicy');
  const takes = TICK_POLICIES[name];
  if (!takes || policy === undefined || takes.includes(policy)) return undefined;
  return {
    fact: `The timer ${name} takes ${takes.join(' or ')} as tickpolicy=`,
    words:
      name === 'rtc'
        ? `unsupported rtc timer tickpolicy '${policy}'`
        : `unsupported ${name} tickpolicy '${policy}'`,
    element: timer,
    attribute: 'tickpolicy',
    fixes: takes.slice(0, 2).map((each) => writeAttribute(timer, 'tickpolicy', each)),
  };
}

function tellDevices(context: LibvirtContext, arch: string, machine: string): void {
  const { domain } = context;
  const isPower = machine.startsWith('pseries');
  for (const port of devicesOf(domain, 'parallel')) {
    if (!isPower && !NO_PARALLEL.has(arch)) continue;
    tellRefusal(context, {
      fact: `${machine} has no parallel port`,
      words: 'parallel ports are not supported',
      element: port,
      fixes: [removeElement(port)],
    });
  }
  for (const disk of isPower ? devicesOf(domain, 'disk') : []) {
    if (word(disk, 'device') !== 'floppy' && word(child(disk, 'target'), 'bus') !== 'fdc') continue;
    tellRefusal(context, {
      fact: `${machine} has no floppy drive`,
      words: 'PowerPC pseries machines do not support floppy device',
      element: disk,
      fixes: [removeElement(disk)],
    });
  }
  for (const controller of machine === 'isapc' ? devicesOf(domain, 'controller') : []) {
    if (word(controller, 'type') !== 'usb' || word(controller, 'model') === 'none') continue;
    tellRefusal(context, {
      fact: 'A USB controller is a PCI device, and isapc has no PCI',
      words: 'No PCI buses available',
      element: controller,
      fixes: [removeElement(controller)],
    });
  }
}

/** Numbers of PCI devices that the firmware of s390x goes by. */
function tellZpci(context: LibvirtContext, arch: string): void {
  if (arch.startsWith('s390')) return;
  for (const { address } of placedDevicesOf(context.domain)) {
    const numbers = child(address, 'zpci');
    if (!numbers) continue;
    tellRefusal(context, {
      fact: `<zpci> is of s390x, and this is a machine of ${arch}`,
      words: "This QEMU binary doesn't support zPCI",
      element: numbers,
      fixes: [removeElement(numbers)],
    });
  }
}
