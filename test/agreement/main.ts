// What scripts/agreement.mjs runs: asks a real program and us about the same configurations, and prints the result as JSON.
//
// Arguments: qemu|libvirt, how many mutations, the seed.
import { execFileSync } from 'node:child_process';
import '../lib/catalogue.ts';
import { parseVersion, type Version } from '../../server/src/guest/target.ts';
import { stop } from '../oracles/libvirt.ts';
import { findProgram } from '../oracles/process.ts';
import { qemuBinary } from '../oracles/qemu.ts';
import { type Compared, tally } from './compare.ts';
import { compareDocument, documents } from './documents.ts';
import { compareLine, lines } from './lines.ts';

const [program, count, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

function versionOf(binary: string | undefined): Version {
  if (!binary) throw new Error(`${program} is not on this machine`);
  const said = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  const version = parseVersion(/(\d+\.\d+(?:\.\d+)?)/.exec(said)?.[1] ?? '');
  if (!version) throw new Error(`which version is this? ${said}`);
  return version;
}

/** QEMU answers two at a time; libvirt is asked one after the other. */
async function inParallel<T>(
  items: readonly T[],
  workers: number,
  compare: (item: T) => Promise<Compared | undefined>,
): Promise<Compared[]> {
  const results: (Compared | undefined)[] = [];
  const waiting = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await compare(next[1]);
  };
  await Promise.all(Array.from({ length: workers }, work));
  return results.filter((result) => result !== undefined);
}

// A QEMU that is no command in PATH is named by VIRTLENS_QEMU.
const version = versionOf(program === 'qemu' ? qemuBinary() : findProgram('virsh'));
const compared =
  program === 'qemu'
    ? await inParallel(lines(count, seed), 2, (line) => compareLine(line, version))
    : await inParallel(documents(count, seed), 1, (document) => compareDocument(document, version));
await stop();
const name = `${program === 'qemu' ? 'QEMU' : 'libvirt'} ${version.join('.')}`;
process.stdout.write(JSON.stringify({ program: name, seed, total: compared.length, ...tally(compared) }));
