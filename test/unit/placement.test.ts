import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { write } from '../../server/src/dialects/write.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import type { Finding } from '../../server/src/service/finding.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { applyEdits } from '../../server/src/text/edit.ts';

/** What a device in its new place could do wrong. Of devices that name no bus the repair loop takes care. */
const RULES = new Set([
  'bus-is-index-not-busnr',
  'controller-index-missing',
  'device-before-its-bus',
  'endpoint-directly-on-pxb',
  'function-without-function0',
  'pci-address-conflict',
  'pxb-bus-nr-duplicate',
  'pxb-bus-nr-missing-or-zero',
  'pxb-bus-nr-range',
  'pxb-bus-nr-room',
  'pxb-illegal-numa-node',
  'pxb-not-on-root-bus',
  'pxb-on-wrong-machine',
  'root-port-chassis-slot-dup',
  'root-port-second-slot',
]);

const analysisOf = (text: string, dialect: 'qemu' | 'libvirt') =>
  analyze({ uri: 'test', text, dialect }, DEFAULT_SETTINGS)!;

function counts(findings: readonly Finding[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { rule } of findings) if (RULES.has(rule)) found[rule] = (found[rule] ?? 0) + 1;
  return found;
}

/** Applies each fix of gpu-no-guest-affinity as it is proposed, unrepaired, and compares what is wrong then and before. */
function demandNothingNew(text: string, dialect: 'qemu' | 'libvirt'): number {
  const analysis = analysisOf(text, dialect);
  const before = counts(analysis.findings);
  let tried = 0;
  for (const finding of analysis.findings.filter(({ rule }) => rule === 'gpu-no-guest-affinity')) {
    for (const fix of finding.fixes) {
      let fixed: string;
      try {
        fixed = applyEdits(text, write(analysis.document, finding.variant, fix.changes));
      } catch (error) {
        if ((error as Error).name === 'CannotWrite') continue;
        throw error;
      }
      tried++;
      const after = counts(analysisOf(fixed, dialect).findings);
      for (const [rule, count] of Object.entries(after)) {
        expect(count, `${rule} after "${fix.title}"\n${text}\n${fixed}`).toBeLessThanOrEqual(
          before[rule] ?? 0,
        );
      }
    }
  }
  return tried;
}

interface Expander {
  readonly busNr: number | undefined;
  readonly node: number | undefined;
  readonly ports: number;
}

const expanders = fc.array(
  fc.record<Expander>({
    busNr: fc.option(fc.oneof(fc.integer({ min: 1, max: 254 }), fc.constantFrom(252, 253, 254)), {
      nil: undefined,
    }),
    node: fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined }),
    ports: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 4 },
);

const others = fc.array(fc.option(fc.integer({ min: 3, max: 9 }), { nil: undefined }), { maxLength: 5 });

const gpu = fc.record({
  slot: fc.option(fc.integer({ min: 3, max: 9 }), { nil: undefined }),
  functions: fc.integer({ min: 1, max: 2 }),
  behindPort: fc.boolean(),
  at: fc.integer({ min: 0, max: 5 }),
});

describe('a GPU that is placed near a node brings nothing that was not wrong before', () => {
  it('on command lines', () => {
    let tried = 0;
    fc.assert(
      fc.property(fc.boolean(), expanders, others, gpu, (express, roots, rest, card) => {
        const root = express ? 'pcie.0' : 'pci.0';
        const devices: string[] = [];
        let chassis = 1;
        for (const [i, { busNr, node, ports }] of roots.entries()) {
          const number = busNr === undefined ? '' : `,bus_nr=${busNr}`;
          devices.push(
            `${express ? 'pxb-pcie' : 'pxb'},id=p${i},bus=${root}${number}${node === undefined ? '' : `,numa_node=${node}`}`,
          );
          for (let port = 0; port < (express ? ports : 0); port++) {
            devices.push(`pcie-root-port,id=p${i}r${port},bus=p${i},chassis=${chassis++}`);
          }
        }
        const more = rest.map(
          (slot) => `virtio-rng-pci,bus=${root}${slot === undefined ? '' : `,addr=0x${slot}`}`,
        );
        const onPort = express && card.behindPort;
        const place = (fn: number): string => {
          if (onPort) return `bus=own,addr=0x0.${fn}`;
          return card.slot === undefined && card.functions === 1
            ? `bus=${root}`
            : `bus=${root},addr=0x${card.slot ?? 0x14}.${fn}`;
        };
        const port = onPort ? [`pcie-root-port,id=own,bus=${root},chassis=${chassis++}`] : [];
        const functions = Array.from(
          { length: card.functions },
          (_, fn) =>
            `vfio-pci,host=af:00.${fn},${place(fn)}${fn === 0 && card.functions > 1 ? ',multifunction=on' : ''}`,
        );
        more.splice(card.at, 0, ...port, ...functions);
        const options = [...devices, ...more].map((device) => `  -device ${device}`);
        const head =
          `qemu-system-x86_64 -machine ${express ? 'q35' : 'pc'} -smp 2 -m 2G -vga none -nic none \\\n` +
          '  -object memory-backend-ram,id=m0,size=1G -numa node,cpus=0,memdev=m0 \\\n' +
          '  -object memory-backend-ram,id=m1,size=1G -numa node,cpus=1,memdev=m1';
        tried += demandNothingNew(`${[head, ...options].join(' \\\n')}\n`, 'qemu');
      }),
      { numRuns: 100 },
    );
    expect(tried).toBeGreaterThan(50);
  });

  it('in domains', () => {
    let tried = 0;
    fc.assert(
      fc.property(fc.boolean(), expanders, others, gpu, (express, roots, rest, card) => {
        const address = (bus: number, slot: number, fn = 0): string =>
          `<address type='pci' domain='0x0000' bus='${bus}' slot='${slot}' function='${fn}'/>`;
        const devices: string[] = [];
        let index = 1;
        for (const { busNr, node, ports } of roots) {
          const own = index++;
          const number = busNr === undefined ? '' : ` busNr='${busNr}'`;
          const inner = node === undefined ? '' : `<node>${node}</node>`;
          devices.push(
            `<controller type='pci' index='${own}' model='${express ? 'pcie' : 'pci'}-expander-bus'><target${number}>${inner}</target></controller>`,
          );
          for (let port = 0; port < (express ? ports : 0); port++) {
            devices.push(
              `<controller type='pci' index='${index++}' model='pcie-root-port'>${address(own, port)}</controller>`,
            );
          }
        }
        const more = rest.map(
          (slot) => `<rng model='virtio'>${slot === undefined ? '' : address(0, slot)}</rng>`,
        );
        const functions = Array.from({ length: card.functions }, (_, fn) => {
          const own = card.slot === undefined && card.functions === 1 ? '' : address(0, card.slot ?? 20, fn);
          return `<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0' bus='0xaf' slot='0' function='${fn}'/></source>${own}</hostdev>`;
        });
        more.splice(card.at, 0, ...functions);
        tried += demandNothingNew(
          `<domain type='kvm'>
  <name>placed</name>
  <memory unit='GiB'>2</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='${express ? 'q35' : 'pc'}'>hvm</type></os>
  <features><acpi/></features>
  <cpu><numa><cell cpus='0' memory='1' unit='GiB'/><cell cpus='1' memory='1' unit='GiB'/></numa></cpu>
  <devices>
    ${[...devices, ...more].join('\n    ')}
  </devices>
</domain>
`,
          'libvirt',
        );
      }),
      { numRuns: 100 },
    );
    expect(tried).toBeGreaterThan(50);
  });
});
