import type { Change } from '../../dialects/change.ts';
import { readNumber } from '../../dialects/qemu/lower/read.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { layoutOf } from '../../guest/layout.ts';
import { isX86 } from '../../guest/machine.ts';
import { nodeId } from '../../guest/queries.ts';
import { effective, isKnown } from '../../guest/value.ts';
import type { Span } from '../../text/span.ts';
import { defineRule, type Fix, type QemuContext, type Related } from '../define.ts';
import { numaOptions, removal } from './hmat.ts';
import { counted } from './wording.ts';

export default defineRule({
  name: 'numa-cpu-props',
  reads: 'qemu',
  topic: 'numa',
  severity: 'error',
  summary: 'vCPUs are assigned to a guest node by words that lead to none.',
  sources: [
    { title: 'QEMU: Missing mandatory node-id property', ref: 'hw/core/numa.c: set_numa_options' },
    {
      title: 'QEMU: no match found; die-id is not supported; CPU is already assigned',
      ref: 'hw/core/machine.c: machine_set_cpu_numa_node',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of numaOptions(context.line, 'cpu')) {
      const fault = nodeFault(context, option) ?? placeFault(context, option) ?? takenFault(context, option);
      if (!fault) continue;
      const { fact, refusal, at, related = [], fixes = [removal(option)] } = fault;
      context.report({
        message: `${fact}: QEMU stops with "${refusal}".`,
        at,
        about: option,
        related,
        fixes,
      });
    }
  },
});

interface Fault {
  readonly fact: string;
  readonly refusal: string;
  readonly at: Span;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
}

function nodeFault({ guest, line, sources }: QemuContext, option: Option): Fault | undefined {
  const node = readNumber(option.value('node-id'));
  if (node.state === 'absent') {
    return {
      fact: 'These vCPUs are assigned to no node',
      refusal: 'Missing mandatory node-id property',
      at: isKnown(option.head) ? option.head.span : option.span,
    };
  }
  if (!isKnown(node) || line.openedBy.length > 0) return undefined;
  // QEMU has a table of 128 nodes; of a number beyond it, it reads what happens to stand there, and may go on.
  if (node.value >= 128 && node.value <= 65_535) return undefined;
  if (guest.nodes.items.some((each) => nodeId(each) === undefined)) return undefined;
  const declared = guest.nodes.items.find((each) => nodeId(each) === node.value);
  const source = declared && sources.get(declared);
  if (source && line.options.indexOf(source) < line.options.indexOf(option)) return undefined;
  const move: Change[] = source ? [{ op: 'move-option', option, after: source }] : [];
  return {
    fact: `Guest node ${node.value} is ${source ? 'declared only further on' : 'not declared'}`,
    refusal:
      `Invalid node-id=${node.value}, NUMA node must be defined with -numa node,nodeid=ID before it's used with ` +
      '-numa cpu,node-id=ID',
    at: node.span,
    fixes: source
      ? [{ title: 'Move it behind that node', applicability: 'safe', changes: move }]
      : [removal(option)],
  };
}

/** The words that an x86 machine has for the place of a vCPU, and how many of each there are. */
const WORDS = [
  ['socket-id', 'sockets', 'socket'],
  ['die-id', 'dies', 'die'],
  ['core-id', 'cores', 'core'],
  ['thread-id', 'threads', 'thread'],
] as const;

function placeFault({ guest, target }: QemuContext, option: Option): Fault | undefined {
  if (!isX86(guest.machine)) return undefined;
  const cluster = option.find('cluster-id');
  if (cluster) return unsupported(option, 'cluster-id', 'The vCPUs of this machine are in no clusters');
  const levels = layoutOf(guest, target)?.levels;
  if (!levels) return undefined;
  if (option.find('die-id') && levels.dies === 1) {
    return unsupported(option, 'die-id', 'With one die in a socket this machine does not count dies');
  }
  for (const [key, level, noun] of WORDS) {
    const value = readNumber(option.value(key));
    if (!isKnown(value) || value.value < levels[level]) continue;
    const last = levels[level] - 1;
    return {
      fact: `${key}=${value.value} is beyond the ${counted(levels[level], noun)}, which count${last === 0 ? 's' : ''} from 0`,
      refusal: 'no match found',
      at: value.span,
      fixes: [
        {
          title: `Write ${key}=${last}`,
          applicability: 'suggestion',
          changes: [{ op: 'set-property', option, key, text: String(last) }],
        },
      ],
    };
  }
  return undefined;
}

/** What is left out stands for all there are; the same node may be told twice. */
function takenFault({ line }: QemuContext, option: Option): Fault | undefined {
  const node = readNumber(option.value('node-id'));
  const options = numaOptions(line, 'cpu');
  for (const earlier of options.slice(0, options.indexOf(option))) {
    const before = readNumber(earlier.value('node-id'));
    if (!isKnown(node) || !isKnown(before) || node.value === before.value) continue;
    if (earlier.open || option.open || !WORDS.every(([key]) => mayBeSame(earlier, option, key))) continue;
    return {
      fact: `Some of these vCPUs are in guest node ${before.value} already`,
      refusal: `CPU is already assigned to node-id: ${before.value}`,
      at: node.span,
      related: [{ span: earlier.span, message: `Assigned to guest node ${before.value} here.` }],
    };
  }
  return undefined;
}

function mayBeSame(a: Option, b: Option, key: string): boolean {
  const [first, second] = [readNumber(a.value(key)), readNumber(b.value(key))];
  if (first.state === 'absent' || second.state === 'absent') return true;
  return isKnown(first) && isKnown(second) && first.value === second.value;
}

function unsupported(option: Option, key: string, fact: string): Fault {
  const property = option.find(key)!;
  const changesNothing = effective(readNumber(property.value)) === 0;
  return {
    fact,
    refusal: `${key} is not supported`,
    at: property.span,
    fixes: [
      {
        title: `Remove ${key}`,
        applicability: changesNothing ? 'safe' : 'suggestion',
        changes: [{ op: 'remove-property', option, property }],
      },
    ],
  };
}
