import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule, type QemuContext } from '../define.ts';

const BALLOON = 'Only one balloon device is supported';

/** Devices of which a machine has one, and what QEMU says of a second. */
const ONCE: Readonly<Record<string, string>> = {
  pvpanic: 'duplicate fw_cfg file name: etc/pvpanic-port',
  ramfb: 'duplicate fw_cfg file name: vgaroms/vgabios-ramfb.bin',
  'virtio-balloon': BALLOON,
  'virtio-balloon-pci': BALLOON,
  vmcoreinfo: 'at most one vmcoreinfo device is permitted',
  vmgenid: 'at most one vmgenid device is permitted',
};

export default defineRule({
  name: 'device-made-twice',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary:
    'A second device is made of a kind that a machine has once, or has the place of another one in the boot order.',
  sources: [
    { title: 'QEMU: Only one balloon device is supported', ref: 'hw/virtio/virtio-balloon.c' },
    { title: 'QEMU: at most one … device is permitted', ref: 'hw/acpi/vmgenid.c, hw/misc/vmcoreinfo.c' },
    { title: 'QEMU: The bootindex … has already been used', ref: 'softmmu/bootdevice.c: check_boot_index' },
  ],
  since: '0.1.0',
  check(context) {
    const made = new Map<string, Option>();
    const places = new Map<string, Option>();
    for (const option of optionsNamed(context.line, 'device')) {
      const driver = option.makes ?? '';
      const refusal = Object.hasOwn(ONCE, driver) ? ONCE[driver]! : undefined;
      const first = refusal === undefined ? undefined : made.get(refusal);
      if (first) reportSecond(context, option, first, driver, refusal!);
      else if (refusal !== undefined) made.set(refusal, option);
      const place = option.says('bootindex');
      if (place === undefined || !/^(0|[1-9]\d*)$/.test(place)) continue;
      const before = places.get(place);
      if (before) reportPlace(context, option, before, place);
      else places.set(place, option);
    }
  },
});

function reportSecond(
  context: QemuContext,
  option: Option,
  first: Option,
  driver: string,
  refusal: string,
): void {
  context.report({
    message: `A machine has one ${driver}, and this is the second: QEMU stops with "${refusal}".`,
    at: isKnown(option.head) ? option.head.span : option.span,
    about: option,
    related: [{ span: first.span, message: 'The first one.' }],
    fixes: [
      {
        title: 'Remove the second device',
        applicability: 'suggestion',
        changes: [{ op: 'remove-option', option }],
      },
    ],
  });
}

function reportPlace(context: QemuContext, option: Option, before: Option, place: string): void {
  const property = option.find('bootindex')!;
  const taken = new Set(optionsNamed(context.line, 'device').map((device) => device.says('bootindex')));
  let next = Number(place);
  while (taken.has(String(next))) next++;
  context.report({
    message: `Another device is number ${place} of the boot order already: QEMU stops with "The bootindex ${place} has already been used".`,
    at: isKnown(property.value) ? property.value.span : property.span,
    about: option,
    related: [{ span: before.span, message: 'This device has the number.' }],
    fixes: [
      {
        title: `Make it number ${next}`,
        applicability: 'suggestion',
        changes: [{ op: 'set-property', option, key: 'bootindex', text: String(next) }],
      },
    ],
  });
}
