import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canLaunch, type Daemon, endDaemon, hasEnded, launchDaemon, virsh } from './libvirtDaemon.ts';
import { type Answer, type Finished, findProgram, runProgram, unavailable, withScratch } from './process.ts';

/** libvirt's own schema of domains, where its packages put it. */
export const SCHEMA = '/usr/share/libvirt/schemas/domain.rng';

let daemon: Promise<Daemon | { readonly failure: string }> | undefined;

/** Questions wait for each other: two domains of one name may not be defined at a time. */
let queue: Promise<unknown> = Promise.resolve();

/** Whether a libvirtd of our own can be asked here (`askDefine`, `askNative`). */
export const available = (): boolean => canLaunch();

export const schemaAvailable = (): boolean => findProgram('xmllint') !== undefined && existsSync(SCHEMA);

/** Starts the private daemon, once; the questions do so themselves. Returns whether it answers. */
export async function startLibvirt(): Promise<boolean> {
  return 'uri' in (await answeringDaemon());
}

/** Ends the daemon that this process started, and nothing else, and removes all it wrote. */
export async function stop(): Promise<void> {
  const running = await daemon;
  daemon = undefined;
  if (running !== undefined && 'uri' in running) await endDaemon(running);
}

async function answeringDaemon(): Promise<Daemon | { readonly failure: string }> {
  const known = await daemon;
  if (known !== undefined && 'uri' in known && hasEnded(known)) await stop(); // a domain has crashed it
  daemon ??= launchDaemon();
  return daemon;
}

/** Would `virsh define` take the domain? It is undefined again at once. */
export function askDefine(xml: string): Promise<Answer> {
  return ask(xml, async ({ uri }, file) => {
    const run = await virsh(uri, 'define', file);
    if (run.status === 0) {
      const [, name = ''] = /^Domain '?(.*?)'? defined from /m.exec(run.stdout) ?? [];
      const removal = await virsh(uri, 'undefine', '--domain', name, '--nvram');
      if (removal.status !== 0) await virsh(uri, 'undefine', '--domain', name);
    }
    return run;
  });
}

/**
 * Would the domain become a QEMU command line? This finds much of what only the start would refuse. Where it does, the
 * message is that command line, in shell syntax.
 */
export function askNative(xml: string): Promise<Answer> {
  return ask(withPassthroughDriver(xml), async ({ uri }, file) => {
    const run = await virsh(uri, 'domxml-to-native', 'qemu-argv', '--xml', file);
    return run.status === 0 ? { ...run, stderr: run.stdout } : run;
  });
}

/**
 * This one command refuses a passed-through PCI device without a driver ("invalid PCI passthrough type 'default'"),
 * because only the start chooses it: vfio, on every QEMU of today.
 */
const withPassthroughDriver = (xml: string): string =>
  xml.replace(PASSED_THROUGH, (whole, tag: string, inner: string) =>
    /<driver\b/.test(inner) ? whole : `${tag}<driver name='vfio'/>${inner}`,
  );

const PASSED_THROUGH =
  /(<(?:hostdev\b[^>]*\stype=["']pci["']|interface\b[^>]*\stype=["']hostdev["'])(?:[^>]*[^/>])?>)([\s\S]*?)(?=<\/(?:hostdev|interface)>)/g;

/** Does the XML fit libvirt's schema? Asks xmllint and needs no daemon. */
export async function askSchema(xml: string): Promise<Answer> {
  if (!schemaAvailable()) return unavailable('no xmllint or no libvirt schema on this machine');
  return withScratch(async (folder) => {
    const file = join(folder, 'domain.xml');
    writeFileSync(file, xml);
    const run = await runProgram('xmllint', ['--noout', '--relaxng', SCHEMA, file]);
    const message = run.stderr.replaceAll(file, 'domain.xml').trim();
    if (run.timedOut) return { verdict: 'timeout', message };
    // A valid document, too, brings a line on standard error, which says so.
    return run.status === 0 ? { verdict: 'accepted', message: '' } : { verdict: 'refused', message };
  });
}

function ask(xml: string, question: (daemon: Daemon, file: string) => Promise<Finished>): Promise<Answer> {
  // A domain that was refused before may have left the daemon's memory damaged: a fresh one is asked once more.
  const answer = queue.then(
    async () => (await askOnce(xml, question)) ?? (await askOnce(xml, question)) ?? CRASHED,
  );
  queue = answer.catch(() => undefined);
  return answer;
}

const CRASHED = unavailable('libvirtd crashed at this domain, twice');

/** What virsh says of a daemon that is gone, which it may know before this process does. */
const LOST = /End of file while reading data|Cannot (?:recv|write) data|Failed to connect socket/;

/** Undefined where the daemon crashed. */
async function askOnce(
  xml: string,
  question: (daemon: Daemon, file: string) => Promise<Finished>,
): Promise<Answer | undefined> {
  const running = await answeringDaemon();
  if ('failure' in running) return unavailable(running.failure);
  return withScratch(async (folder) => {
    const file = join(folder, 'domain.xml');
    writeFileSync(file, xml);
    const run = await question(running, file);
    const message = run.stderr.replace(/^error: (Failed to .*\n)?(error: )?/, '').trim();
    if (run.timedOut) return { verdict: 'timeout', message };
    if (run.status !== 0 && (hasEnded(running) || LOST.test(run.stderr))) {
      await stop();
      return undefined;
    }
    return { verdict: run.status === 0 ? 'accepted' : 'refused', message };
  });
}
