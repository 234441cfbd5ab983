import type { Threads } from '../../../guest/threads.ts';
import { absent, isKnown, mapValue, unknown, type Value } from '../../../guest/value.ts';
import type { Range } from '../../../text/span.ts';
import { type IndexSet, parseIndexSet } from '../../../values/indexSet.ts';
import { type CommandLine, optionsNamed } from '../commandLine.ts';
import type { Prefix } from '../invocation.ts';
import type { Word } from '../word.ts';

/** The options of numactl(8) that place threads or memory, with all their spellings. */
const NUMACTL = {
  cpuNodes: ['--cpunodebind', '-N', '--cpubind', '-c'],
  cpus: ['--physcpubind', '-C'],
  memoryNodes: ['--membind', '-m'],
  spreadNodes: ['--interleave', '-i'],
} as const;

/** Other policies of numactl(8) for memory, which prefer nodes or spread over them. */
const OTHER_POLICY =
  /^(-[iwpPl]|--(interleave|weighted-interleave|preferred|preferred-many|localalloc))($|=|\d)/;

/** What puts its command into a control group, which may keep it on CPUs and nodes. */
const GROUPING: ReadonlySet<string> = new Set(['cgexec', 'systemd-run']);

/**
 * What is set around QEMU. Only plain lists are read, and `all` where it is common: `netdev:eth0` or a relative `+0`
 * stay unknown, since they depend on the host.
 */
export function lowerThreads(line: CommandLine): Threads {
  const numactl = line.prefixes.findLast((prefix) => prefix.name === 'numactl');
  const taskset = line.prefixes.findLast((prefix) => prefix.name === 'taskset');
  const of = (names: readonly string[]): Value<IndexSet> =>
    numactl ? numactlValue(numactl, names, line, parseIndexSet) : absent(line.command);
  const pinned = taskset ? tasksetValue(taskset, line) : absent<IndexSet>(line.command);
  return {
    cpuNodes: of(NUMACTL.cpuNodes),
    cpus: orElsewhere(pinned.state === 'absent' ? of(NUMACTL.cpus) : pinned, pinnedElsewhere(line)),
    memoryNodes: orElsewhere(of(NUMACTL.memoryNodes), boundElsewhere(line, numactl)),
    spreadNodes:
      numactl && !groupOf(line)
        ? numactlValue(numactl, NUMACTL.spreadNodes, line, listOrAll)
        : absent(line.command),
    vcpuPins: { items: [], openedBy: [line.command] },
    emulatorCpus: unknown('not-evaluated', line.command),
    ioThreads: absent(line.command),
    ioThreadPins: { items: [], openedBy: [line.command] },
  };
}

/** What is not written is not known either, where something else may decide it. */
const orElsewhere = (value: Value<IndexSet>, at: Range | undefined): Value<IndexSet> =>
  value.state === 'absent' && at ? unknown('not-evaluated', { uri: value.owner.uri, ...at }) : value;

const groupOf = ({ prefixes }: CommandLine): Range | undefined =>
  prefixes.find(({ name }) => GROUPING.has(name))?.range;

/** Threads get names only for those who will look for them, mostly to pin them. */
const pinnedElsewhere = (line: CommandLine): Range | undefined =>
  groupOf(line) ??
  optionsNamed(line, 'name').find((option) => {
    const named = option.value('debug-threads');
    return named.state === 'unknown' || (isKnown(named) && /^(on|yes|true|y)$/.test(named.value));
  })?.range;

const boundElsewhere = (line: CommandLine, numactl: Prefix | undefined): Range | undefined =>
  groupOf(line) ?? numactl?.words.find(({ text }) => OTHER_POLICY.test(text))?.range;

const listOrAll = (text: string): IndexSet | 'all' | undefined =>
  text === 'all' ? text : parseIndexSet(text);

function numactlValue<T>(
  prefix: Prefix,
  names: readonly string[],
  line: CommandLine,
  parse: (text: string) => T | undefined,
): Value<T> {
  for (const [i, word] of prefix.words.entries()) {
    const name = names.find((candidate) => word.text === candidate || word.text.startsWith(`${candidate}=`));
    const short = names.find((candidate) => /^-\w$/.test(candidate) && word.text.startsWith(candidate));
    if (name && word.text !== name) return readList(word, name.length + 1, parse);
    if (name) return prefix.words[i + 1] ? readList(prefix.words[i + 1]!, 0, parse) : absent(line.command);
    if (short && !word.text.startsWith('--')) return readList(word, short.length, parse);
  }
  const gap = prefix.words.find((word) => word.isUnknown());
  return gap ? unknown('not-evaluated', { uri: line.uri, ...gap.range }) : absent(line.command);
}

/** taskset(1): a list behind -c, else a mask in hexadecimal, which we leave alone. */
function tasksetValue(prefix: Prefix, line: CommandLine): Value<IndexSet> {
  const at = prefix.words.findIndex((word) => /^(-[a-z]*c|--cpu-list)$/.test(word.text));
  const list = at >= 0 ? prefix.words[at + 1] : undefined;
  const where = { uri: line.uri, ...prefix.range };
  return list ? readList(list, 0, parseIndexSet) : unknown('not-evaluated', where);
}

const readList = <T>(word: Word, from: number, parse: (text: string) => T | undefined): Value<T> =>
  mapValue(word.read(from, word.text.length), parse);
