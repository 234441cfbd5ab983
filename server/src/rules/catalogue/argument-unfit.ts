import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isX86 } from '../../guest/machine.ts';
import { atLeast } from '../../guest/target.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type QemuContext } from '../define.ts';
import { CHARACTER_DEVICES, unreadCharacterDevice } from './characterDevice.ts';
import { identifiedBy } from './identified.ts';
import { meantQemu, writeInstead } from './meant.ts';

export default defineRule({
  name: 'argument-unfit',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'The argument of an option such as -vga, -serial or -uuid is none that QEMU takes.',
  sources: [
    { title: 'QEMU: unknown vga type', ref: 'softmmu/vl.c: select_vgahw' },
    { title: 'QEMU: is not a valid char driver', ref: 'chardev/char.c: qemu_chr_parse_compat' },
    { title: 'QEMU: failed to parse UUID string', ref: 'softmmu/vl.c: qemu_uuid_parse' },
    {
      title: 'QEMU: unknown migration protocol',
      ref: 'migration/migration.c: qemu_start_incoming_migration',
    },
    { title: 'QEMU: -append only allowed with -kernel option', ref: 'softmmu/vl.c: qemu_validate_options' },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of optionsNamed(context.line, ...NAMES)) {
      const text = option.plain;
      if (!isKnown(text)) continue;
      const fault = CHARACTER.has(option.name)
        ? ofCharacterDevice(context, option.name, text.value)
        : PLAIN[option.name]!(text.value, context);
      if (fault) report(context, option, text, fault);
    }
  },
});

interface Fault {
  readonly fact: string;
  readonly refusal: string;
  readonly instead?: string | undefined;
}

type Judge = (text: string, context: QemuContext) => Fault | undefined;

const CARDS = ['std', 'cirrus', 'vmware', 'qxl', 'virtio', 'none'];
const ELSEWHERE = /^(xenfb|tcx|cg3)$/;

const ACTIONS = 'reset shutdown poweroff pause debug none inject-nmi'.split(' ');

const USB =
  /^(tablet|mouse|keyboard|wacom-tablet|braille|ccid|u2f.*|audio|bt.*|net.*|serial.*|disk.*|host.*|hub)$/;

/** Options that take one text; -vga has parameters that are read with it. */
const PLAIN: Readonly<Record<string, Judge>> = {
  append: withKernel('append'),
  incoming: ofMigration,
  initrd: withKernel('initrd'),
  seed: (text) =>
    /^\s*[+-]?(0x[0-9a-f]+|\d+)$/i.test(text)
      ? undefined
      : { fact: 'The seed is a whole number', refusal: `Invalid seed number: ${text}` },
  usbdevice: (text) =>
    USB.test(text)
      ? undefined
      : {
          fact: `There is no USB device ${text}`,
          refusal: `could not add USB device '${text}'`,
          instead: mostSimilar(text, ['tablet', 'mouse', 'keyboard']),
        },
  uuid: (text) =>
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
      ? undefined
      : {
          fact: 'A UUID is 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12',
          refusal: 'failed to parse UUID string: wrong format',
        },
  vga: (text, { guest }) => {
    const [card = ''] = text.split(',', 1);
    if (!isX86(guest.machine) || ELSEWHERE.test(card) || CARDS.includes(card)) return undefined;
    return {
      fact: `-vga takes ${CARDS.join(', ')}`,
      refusal: `unknown vga type: ${text}`,
      instead: mostSimilar(card, CARDS),
    };
  },
  'watchdog-action': (text) =>
    ACTIONS.includes(text)
      ? undefined
      : {
          fact: `-watchdog-action takes ${ACTIONS.join(', ')}`,
          refusal: `Parameter 'watchdog' does not accept value '${text}'`,
          instead: mostSimilar(text, ACTIONS),
        },
};

/** How the state of another QEMU may come in (migration/migration.c); rdma depends on how QEMU was built. */
const PROTOCOLS = ['tcp', 'unix', 'fd', 'exec', 'file', 'vsock', 'rdma', 'defer'];

/** A list of `key=value`, which newer ones take as well, begins with the kind of channel. */
function ofMigration(text: string, context: QemuContext): Fault | undefined {
  const [protocol = ''] = text.split(':', 1);
  if (text === 'defer' || /^\s*\{|=|^(main|cpr)$/.test(text)) return undefined;
  if (PROTOCOLS.includes(protocol) && protocol !== text) return undefined;
  const version = meantQemu(context)?.catalogue.version;
  const isKind = protocol === text && version !== undefined && atLeast(version, [8, 2]);
  const similar = mostSimilar(protocol, PROTOCOLS);
  return {
    fact: `The state of another QEMU comes by ${PROTOCOLS.slice(0, -1).join(', ')} or later (defer), not by ${protocol || 'nothing'}`,
    refusal: isKind
      ? `Parameter 'channel-type' does not accept value '${text}'`
      : `unknown migration protocol: ${text}`,
    instead:
      similar === undefined || similar === protocol ? undefined : similar + text.slice(protocol.length),
  };
}

/** Read only where a kernel is loaded by QEMU itself. */
function withKernel(name: string): Judge {
  return (text, { line }) => {
    if (text === '' || line.openedBy.length > 0) return undefined;
    if (optionsNamed(line, 'kernel').length > 0) return undefined;
    if (optionsNamed(line, 'machine', 'M').some((option) => option.open || option.find('kernel'))) {
      return undefined;
    }
    return {
      fact: `-${name} is for the kernel that -kernel loads`,
      refusal: `-${name} only allowed with -kernel option`,
    };
  };
}

/** Options that make a character device of their text. */
const CHARACTER: ReadonlySet<string> = new Set([
  'debugcon',
  'gdb',
  'monitor',
  'parallel',
  'qmp',
  'qmp-pretty',
  'serial',
]);

const NAMES = [...CHARACTER, ...Object.keys(PLAIN)];

/** What follows the words about the device itself, by option. */
const REFUSED: Readonly<Record<string, (text: string) => string>> = {
  debugcon: (text) => `invalid character backend '${text}'`,
  gdb: () => "gdbstub: couldn't create chardev",
  parallel: (text) => `could not connect parallel device to character backend '${text}'`,
  serial: (text) => `could not connect serial device to character backend '${text}'`,
};

function ofCharacterDevice({ line }: QemuContext, name: string, text: string): Fault | undefined {
  const refused = REFUSED[name]?.(text) ?? `parse error: ${text}`;
  const id = /^chardev:(.*)$/.exec(text)?.[1];
  if (id !== undefined) {
    const made = identifiedBy(line, ['chardev']);
    return !made || made.byId.has(id)
      ? undefined
      : { fact: `No character device has the id ${id}`, refusal: refused };
  }
  const unread = unreadCharacterDevice(text);
  if (!unread || text === '') return undefined;
  if (unread.known) return { fact: `${unread.kind}: is followed by where it leads`, refusal: refused };
  return {
    fact: `There is no character device ${unread.kind}`,
    refusal: `'${text.replace(/^mon:/, '')}' is not a valid char driver`,
    instead: text === unread.kind ? mostSimilar(text, CHARACTER_DEVICES) : undefined,
  };
}

function report(context: QemuContext, option: Option, text: Known<string>, fault: Fault): void {
  context.report({
    message: `${fault.fact}: QEMU stops with "${fault.refusal}".`,
    at: text.span,
    about: option,
    fixes: writeInstead(text, fault.instead),
  });
}
