import { afterAll, describe, expect, it } from 'vitest';
import type { DialectId, Guest } from '../../server/src/guest/guest.ts';
import { affinityOf, rootOf } from '../../server/src/guest/queries.ts';
import { effective, isKnown } from '../../server/src/guest/value.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { doPlacement, offerPlacement } from '../../server/src/service/place.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import { hostNamed } from '../lib/hosts.ts';
import { type Placed, render } from '../lib/placements.ts';
import { adaptArguments, adaptDomain } from './adaptations.ts';
import { available as bashAvailable, type RecordedCommand, recordScript } from './bash.ts';
import { type BootReport, bootGuest } from './boot.ts';
import { askNative, available as libvirtAvailable, stop } from './libvirt.ts';
import { withScratch } from './process.ts';
import { available as qemuAvailable } from './qemu.ts';

const wanted = process.env.VIRTLENS_ORACLES === '1' && qemuAvailable() && bashAvailable();

/** Two sockets of two nodes each, so that not all distances are the same. */
const HOST = 'xeon-snc2';

/** The host nodes with a GPU of the guest: they are to become guest nodes 0, 1 and 2. */
const MIRRORED = [1, 2, 3];

/** A guest of one place, with GPUs that are written in another order than that of their nodes. */
const PLACED: Placed = {
  flat: true,
  memory: ['1'],
  vcpus: 6,
  gib: 6,
  devices: ['0000:ca:00.0', '0000:5a:00.0', '0000:a8:00.0'].map((address) => ({ address })),
};

/** The QEMU that starts the guest after *Mirror the host topology*; of a domain, the one that libvirt makes of it. */
async function mirrored(dialect: DialectId): Promise<RecordedCommand> {
  const source = { uri: 'mirrored', text: render(PLACED, dialect), dialect };
  const analysis = analyze(source, { ...DEFAULT_SETTINGS, host: hostNamed(HOST) })!;
  const offers = offerPlacement(analysis, { start: 0, end: source.text.length });
  const { work } = offers.find((offer) => offer.work.work === 'mirror-host')!;
  const text = applyEdits(source.text, doPlacement(analysis, work));
  const { commands } = await recordScript(dialect === 'qemu' ? text : await commandOf(text));
  return commands[0]!;
}

async function commandOf(xml: string): Promise<string> {
  const { verdict, message } = await askNative(adaptDomain(xml).xml);
  expect(verdict, message).toBe('accepted');
  return message;
}

/** What VirtLens reads in the command. */
function guestOf({ program, args }: RecordedCommand): Guest {
  const text = [program, ...args].map((word) => `'${word}'`).join(' ');
  return analyze({ uri: 'command', text, dialect: 'qemu' }, DEFAULT_SETTINGS)!.document.subjects[0]!
    .variants[0]!.guest;
}

/** By the address of each GPU on the host: the number of the guest's bus that it is below, and its guest node. */
const rootsOf = (guest: Guest): { address: string; bus: string; node: number | 'none' | undefined }[] =>
  guest.pci.devices.items.flatMap((device) => {
    if (!isKnown(device.hostAddress)) return [];
    const { domain, bus, slot, fn } = device.hostAddress.value;
    const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
    const address = `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn}`;
    const number = effective(rootOf(device)!.busNr)!;
    return [{ address, bus: hex(number, 2), node: affinityOf(device) }];
  });

/** The device that stands for a GPU: there is one below each of these buses. */
const below = ({ devices }: BootReport, bus: string) =>
  devices.find(({ parents }) => parents[0]?.startsWith(`0000:${bus}:`));

afterAll(stop);

describe('Linux in a mirrored guest', () => {
  for (const dialect of ['qemu', 'libvirt'] as const) {
    const canAsk = wanted && (dialect === 'qemu' || libvirtAvailable());
    it.skipIf(!canAsk)(`${dialect}: nodes, distances and devices are as on ${HOST}`, async (context) => {
      const command = await mirrored(dialect);
      const { program, args } = command;
      const report = await withScratch((folder) => bootGuest(adaptArguments(args, folder, program).args));
      context.skip(report.verdict === 'unavailable', report.message);
      expect(report.verdict, report.message).toBe('booted');

      const host = hostNamed(HOST);
      const cpus = ['0-1', '2-3', '4-5'];
      expect(report.nodes.map((node) => ({ cpus: node.cpus, distances: node.distances }))).toEqual(
        MIRRORED.map((from, node) => ({
          cpus: cpus[node],
          distances: MIRRORED.map((to) => host.distance(from, to)),
        })),
      );

      const roots = rootsOf(guestOf(command));
      expect(roots.map(({ address }) => address)).toEqual(PLACED.devices!.map(({ address }) => address));
      for (const { address, bus, node } of roots) {
        const [onHost] = host.device(address)!.nodes!;
        expect(node, address).toBe(MIRRORED.indexOf(onHost!));
        expect(below(report, bus), address).toMatchObject({ node, cpus: cpus[node as number] });
      }
    });
  }
});
