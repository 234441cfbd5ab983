import { child, textOf } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule } from '../define.ts';
import { at, content, tellRefusal } from '../refusal.ts';

/** The architectures that libvirt runs. */
const ARCHITECTURES: readonly string[] = [
  'aarch64',
  'alpha',
  'arm',
  'i386',
  'loongarch64',
  'm68k',
  'mips',
  'mips64',
  'mips64el',
  'mipsel',
  'or1k',
  'ppc',
  'ppc64',
  'riscv32',
  'riscv64',
  's390x',
  'sh4',
  'sparc',
  'sparc64',
  'x86_64',
  'xtensa',
];

const PREFIX = 'qemu-system-';

export default defineRule({
  name: 'emulator-misspelt',
  reads: 'libvirt',
  concerns: ['emulator'],
  topic: 'structure',
  severity: 'error',
  summary: 'The emulator has nearly the name of a program of QEMU.',
  sources: [
    { title: 'libvirt: Cannot check QEMU binary', ref: 'src/qemu/qemu_capabilities.c: virQEMUCapsNewData' },
  ],
  since: '0.1.0',
  check(context) {
    const emulator = at(child(context.domain, 'devices'), 'emulator');
    const path = content(emulator);
    const { range } = emulator ? textOf(emulator) : {};
    if (!emulator || path === undefined || !range || path !== path.trim()) return;
    const name = path.slice(path.lastIndexOf('/') + 1);
    // A name with something behind it is one of a build of somebody's own.
    if (isOfQemu(name)) return;
    const meant = mostSimilar(
      name,
      ARCHITECTURES.map((arch) => PREFIX + arch),
    );
    if (meant === undefined) return;
    const written = { start: range.end - name.length, end: range.end };
    tellRefusal(
      context,
      {
        fact: `QEMU has no program ${name}, but ${meant}`,
        words: `Cannot check QEMU binary ${path}: No such file or directory`,
        element: emulator,
        fixes: [
          {
            title: `Write ${meant}`,
            applicability: 'suggestion',
            changes: [{ op: 'text', span: spanOf(context.guest.label.uri, written), newText: meant }],
          },
        ],
      },
      { at: spanOf(context.guest.label.uri, written) },
    );
  },
});

/** Whether it begins like one of QEMU's programs, or one of them like it. */
function isOfQemu(name: string): boolean {
  if (!name.startsWith(PREFIX)) return PREFIX.startsWith(name);
  const rest = name.slice(PREFIX.length);
  return ARCHITECTURES.some((arch) => rest.startsWith(arch) || arch.startsWith(rest));
}
