import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules } from '../../server/src/generated/rules.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import type { Finding } from '../../server/src/service/finding.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { hostNamed } from '../lib/hosts.ts';
import { design, isThere, rowsOf } from '../lib/shared.ts';

const VERDICTS = ['qemu_7.2.22', 'qemu_10.0.2', 'qemu_11.1.3', 'lv_define', 'lv_native', 'lv_start'];

/** Cases of the table that speak of another mistake than the rule of their shelf mark. */
const OTHER_MISTAKE = new Set([
  'NUM03 via -numa cpu',
  'NUM03 whole socket via -numa cpu',
  'DEV01 pxb-pcie,busnr',
  'LVX01 os type linux',
  'LVX08 heads 0',
  // Accepted by all of them, and nothing is wrong: align= is about addresses, and 100 MiB is a size like any other.
  'MEM11 align= not multiple',
  'LVX06 dimm size 100 MiB',
  // Two disks of one target, and an argument that QEMU does not know, are matters of their own.
  'LVX28 same target',
  'LVX29 nonsense arg',
  // libvirt counts the cell without an id as the second one, and accepts it.
  'NUM07 id on one only',
  // libvirt reads both of these, and the real program says so.
  'LVX03 two memoryBacking',
  'LVX03 two devices',
  'LVX03 two features',
  // cpu-host-without-kvm.
  'LVX21 host-passthrough type qemu',
  // vcpupin-unknown-vcpu: libvirt drops both pins before it compares them.
  'HST02 dup of a missing vcpu',
  // graphics-listen-mismatch: where it listens is not settled.
  'EMU05 listen attr != element',
  // duplicate-singleton-element.
  'HST09 two emulatorpin',
  // Accepted, and rightly so: a bus, two slots and a bridge that are there, and numbers that nobody compares.
  'DEV05 pxb-pcie on microvm,pcie=on',
  'DEV13 x3130-upstream on pxb-pcie',
  'DEV15 pci-bridge same chassis_nr',
  'DEV16 same addr, hex/dec',
  'DEV16 root port on i440fx',
  'DEV16 xio3130-downstream directly on pcie.0',
  'VFO15 eim with default intremap kvm',
  // QEMU reads the 0x; only this host has no such device.
  'VFO01 host with 0x',
  // implicit-bus-is-pxb, pxb-bus-nr-range, pxb-bus-nr-room.
  'DEV06 root port without bus after a pxb',
  'DEV08 bus_nr=256',
  'DEV08 bus_nr=1 with root ports on pcie.0',
  // gpu-no-guest-affinity: the expanders have their node, and its fix takes the display off the root bus.
  'DEV12 expander, hostdev without address',
  'DEV12 expander only (no root port), hostdev without address',
  'DEV14 video on bus 0',
  // function-without-function0, root-port-second-slot, pci-address-conflict, hostdev-source-not-read, address-octal.
  'DEV16 JSON addr integer 1 (= slot 0 fn 1)',
  'DEV16 two devices on one root port',
  'DEV16 three devices on one root port, auto',
  'LVX20 controller index dup',
  'VFO01 hostdev no address',
  'VFO01 guest address bus octal 010',
  // An IOMMU that the machine cannot have, whatever its mode.
  'VFO13 intel-iommu on pc',
  // ignored-element: the schema has no room for it in a port. system-information-unfit: a name that libvirt keeps.
  'VFO20 pcihole64 on root port',
  'VFO20 sysinfo fwcfg opt/ovmf',
  // Refused for what they are, an option that is gone and a display without a number; nothing is said twice or open.
  'EMU03 -no-kvm',
  'EMU05 vnc password no display fixed',
  // Profiles do not tell of mediated devices.
  'VFO02 mdev absent',
  // invalid-value: no list of CPUs can have this one.
  'HST04 cpuset huge',
  // Accepted, and rightly so: the firmware then names no initiator, and `yes` is a word for on like any other.
  'NUM26 hmat=on, cpu-less node without initiator',
  'EMU12 object prealloc=yes',
]);

/** Cases that were defined but never started: the start refuses them, for want of ACPI. */
const NOT_STARTED = new Set(['LVX06 dimm size 100 MiB']);

/** What the programs accept and the guest does not have: booted, it hangs or lacks the device. */
const PROVEN_BY_BOOT = new Set([
  'pxb-bus-nr-missing-or-zero',
  'pxb-bus-nr-room',
  'function-without-function0',
  'root-port-second-slot',
]);

/** Cases that were taken for near misses, which the real programs treat like the bad ones. */
const NO_NEAR_MISS = new Set([
  // The machine counts dies only where there are several.
  'NUM29 -numa cpu die-id, dies=1',
  // Libvirt gives it 254 whatever hangs below, and booted with these numbers the firmware hangs.
  'DEV11 expander default busNr, 6 ports below',
  // Refused by every version that knows the machine, in the words of the rule.
  'NUM02 bare node on machine 5.1',
  'NUM02 bare node on machine 5.0',
  // Cells and dimm make 640 MiB, and that is what the domain is defined with, not its 700.
  'NUM10 total ABI: dimm plus no memory sum',
]);

const names = new Map(
  isThere(design)
    ? fs
        .readFileSync(path.join(design, 'rules-index.csv'), 'utf8')
        .split('\n')
        .map((line) => line.split(',') as [string, string])
    : [],
);
const known = new Map(rules.map((rule) => [rule.name, rule]));
const cases = rowsOf(design, 'rule-cases.tsv').map(
  (row) => ({ ...row, title: `${row.code} ${row.name}` }) as Record<string, string>,
);

function findingsOf(row: Record<string, string>): readonly Finding[] {
  const xml = row.lang === 'xml';
  const text = xml
    ? fs.readFileSync(path.join(design, 'rule-cases', path.basename(row.text_or_xml_file!)), 'utf8')
    : `qemu-system-x86_64 ${row.text_or_xml_file}\n`;
  const source = { uri: row.title!, text, dialect: xml ? ('libvirt' as const) : ('qemu' as const) };
  // What was only defined may name CPUs and devices that were never asked for: the host is for rules that need one.
  const needsHost = known.get(names.get(row.code!) ?? '')?.needs === 'host-profile';
  const host = needsHost ? hostNamed('where-cases-were-tried') : undefined;
  return analyze(source, { ...DEFAULT_SETTINGS, host })?.findings ?? [];
}

const isRefused = (row: Record<string, string>): boolean =>
  VERDICTS.some((column) => row[column]?.startsWith('refused'));

describe('cases that were tried on the real programs', () => {
  const bad = cases.filter(
    (row) => row.kind === 'bad' && known.has(names.get(row.code!) ?? '') && !OTHER_MISTAKE.has(row.title!),
  );
  it.skipIf(!isThere(design)).each(bad)('$title is found', (row) => {
    expect(findingsOf(row).map((finding) => finding.rule)).toContain(names.get(row.code!));
  });

  const accepted = cases.filter((row) => !isRefused(row) && !NOT_STARTED.has(row.title!));
  it.skipIf(!isThere(design)).each(accepted)('$title has no error', (row) => {
    const errors = findingsOf(row).filter(
      ({ severity, rule }) => severity === 'error' && !PROVEN_BY_BOOT.has(rule),
    );
    expect(errors.map((finding) => `${finding.rule}: ${finding.message}`)).toEqual([]);
  });

  const near = cases.filter((row) => row.kind === 'near' && !NO_NEAR_MISS.has(row.title!));
  it.skipIf(!isThere(design)).each(near)('$title is a near miss', (row) => {
    expect(findingsOf(row).map((finding) => finding.rule)).not.toContain(names.get(row.code!));
  });
});
