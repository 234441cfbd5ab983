import type { QemuCatalogue } from '../../catalogue/qemu.ts';
import { mergedValue } from '../../dialects/qemu/commandLine.ts';
import { isX86, type Machine, parseMachineType } from '../../guest/machine.ts';
import { atLeast, NEWEST_QEMU } from '../../guest/target.ts';
import { isKnown } from '../../guest/value.ts';
import { defineRule } from '../define.ts';
import { meantQemu, nameIn, ofSameNumbers, stopsWith, weigh, writeInstead } from './meant.ts';

export default defineRule({
  name: 'unknown-machine',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'The machine is of a type that QEMU does not know.',
  explains: ['unknown-property'],
  sources: [
    { title: 'QEMU: unsupported machine type', ref: 'softmmu/vl.c: select_machine' },
    { title: 'QEMU: names of machines', ref: 'query-machines, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    const type = nameIn(mergedValue(context.line, ['machine', 'M'], 'type'));
    if (!meant || !type || meant.catalogue.machine(type.value)) return;
    const { catalogue } = meant;
    const name = type.value;
    const doubt = weigh(meant, {
      kind: 'machine',
      what: 'machine type',
      name,
      candidates: candidatesFor(context.guest.machine, catalogue, name),
    });
    const option = context.line.options.findLast(
      (each) => isKnown(each.head) && each.head.span === type.span,
    );
    context.report({
      severity: doubt.severity,
      message: `${doubt.fact}: ${stopsWith(doubt, 'unsupported machine type')}.`,
      at: type.span,
      about: option ?? context.guest.machine,
      fixes: writeInstead(type, doubt.similar),
    });
  },
});

/**
 * Machines of versions that may be meant. One that is newer than all known is no misspelling of the newest, and one
 * that is older than all known was there once.
 */
function candidatesFor(machine: Machine, catalogue: QemuCatalogue, name: string): readonly string[] {
  const all = [...catalogue.names('machine'), ...catalogue.aliases('machine')];
  const { version, family } = parseMachineType(name);
  // Boards are called by the numbers of their chips, and there are always more of them.
  if (!version || family === 'other') return isX86(machine) ? all : ofSameNumbers(name, all);
  const oldest = all
    .map((each) => parseMachineType(each))
    .filter((each) => each.family === family && each.version);
  const isOlder = oldest.every((each) => !atLeast(version, each.version!));
  const isNewer = !atLeast(NEWEST_QEMU, version);
  return isOlder || isNewer ? [] : all;
}
