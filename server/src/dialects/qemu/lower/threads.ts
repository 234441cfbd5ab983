import type { Threads } from '../../../guest/threads.ts';
import { absent, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { type IndexSet, parseIndexSet } from '../../../values/indexSet.ts';
import type { CommandLine } from '../commandLine.ts';
import type { Prefix } from '../invocation.ts';
import type { Word } from '../word.ts';

/** The options of numactl(8) that place threads or memory, with all their spellings. */
const NUMACTL = {
  cpuNodes: ['--cpunodebind', '-N', '--cpubind', '-c'],
  cpus: ['--physcpubind', '-C'],
  memoryNodes: ['--membind', '-m'],
} as const;

/**
 * What is set around QEMU. Only plain lists are read: `all`, `netdev:eth0` or a relative `+0` stay unknown, since
 * they depend on the host.
 */
export function lowerThreads(line: CommandLine): Threads {
  const numactl = line.prefixes.findLast((prefix) => prefix.name === 'numactl');
  const taskset = line.prefixes.findLast((prefix) => prefix.name === 'taskset');
  const of = (names: readonly string[]): Value<IndexSet> =>
    numactl ? numactlValue(numactl, names, line) : absent(line.command);
  const pinned = taskset ? tasksetValue(taskset, line) : absent<IndexSet>(line.command);
  return {
    cpuNodes: of(NUMACTL.cpuNodes),
    cpus: pinned.state === 'absent' ? of(NUMACTL.cpus) : pinned,
    memoryNodes: of(NUMACTL.memoryNodes),
    vcpuPins: { items: [], openedBy: [line.command] },
    emulatorCpus: unknown('not-evaluated', line.command),
    ioThreads: absent(line.command),
    ioThreadPins: { items: [], openedBy: [line.command] },
  };
}

function numactlValue(prefix: Prefix, names: readonly string[], line: CommandLine): Value<IndexSet> {
  for (const [i, word] of prefix.words.entries()) {
    const name = names.find((candidate) => word.text === candidate || word.text.startsWith(`${candidate}=`));
    const short = names.find((candidate) => /^-\w$/.test(candidate) && word.text.startsWith(candidate));
    if (name && word.text !== name) return readList(word, name.length + 1);
    if (name) return prefix.words[i + 1] ? readList(prefix.words[i + 1]!, 0) : absent(line.command);
    if (short && !word.text.startsWith('--')) return readList(word, short.length);
  }
  const gap = prefix.words.find((word) => word.isUnknown());
  return gap ? unknown('not-evaluated', { uri: line.uri, ...gap.range }) : absent(line.command);
}

/** taskset(1): a list behind -c, else a mask in hexadecimal, which we leave alone. */
function tasksetValue(prefix: Prefix, line: CommandLine): Value<IndexSet> {
  const at = prefix.words.findIndex((word) => /^(-[a-z]*c|--cpu-list)$/.test(word.text));
  const list = at >= 0 ? prefix.words[at + 1] : undefined;
  const where = { uri: line.uri, ...prefix.range };
  return list ? readList(list, 0) : unknown('not-evaluated', where);
}

const readList = (word: Word, from: number): Value<IndexSet> =>
  mapValue(word.read(from, word.text.length), parseIndexSet);
