import { describe, expect, it } from 'vitest';
import type { Version } from '../../server/src/guest/target.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';

const domain = (content: string): string =>
  `<domain type='kvm'>
    <name>n</name>
    <memory unit='GiB'>1</memory>
    <vcpu>1</vcpu>
    <os><type arch='x86_64' machine='q35'>hvm</type></os>
    ${content}
  </domain>`;

/** Rules and severities of what is found, for one version of libvirt. */
const found = (content: string, libvirt?: Version): string[] =>
  (
    analyze(
      { uri: 'x.xml', text: domain(content) },
      { ...DEFAULT_SETTINGS, target: { qemu: undefined, libvirt } },
    )?.findings ?? []
  ).map(({ rule, severity }) => `${severity} ${rule}`);

describe('findings from the schema', () => {
  it.each([
    [undefined, []],
    [[9, 0], ['error ignored-element']],
    [[8, 0], ['error ignored-element']],
    // It came somewhere between 9.0 and 12.8.
    [[10, 5], []],
    [[12, 8], []],
    [[13, 0], []],
  ] as const)('what came after 9.0 is a mistake where it is sure to be unknown: %j', (version, expected) => {
    expect(found("<features><acpi/><ps2 state='off'/></features>", version)).toEqual(expected);
  });

  it('leave the word to a rule that knows more of the matter', () => {
    const cells = "<cpu><numa><cell id='0' cpus='0' memory='1' unit='GiB'/></numa></cpu>";
    const bound = found(`<numatune><memnode cellid='first' mode='strict' nodeset='0'/></numatune>${cells}`);
    expect(bound).toContain('error memnode-cellid');
    expect(bound).not.toContain('error invalid-value');
    expect(found("<maxMemory unit='GiB'>4</maxMemory>")).not.toContain('error required-part-missing');
  });

  it('are no error where the parser may know more than the schema', () => {
    const filesystem = (type: string) =>
      found(`<devices><filesystem type='${type}'><source dir='/a'/><target dir='b'/></filesystem></devices>`);
    // The parser reads it, and QEMU's driver refuses it, of which another rule speaks.
    expect(filesystem('volume')).toEqual(['error filesystem-setting-unfit']);
    expect(filesystem('volum')).toContain('error invalid-value');
  });

  it('speak of capitals and masks as what they stand for', () => {
    expect(
      found("<devices><interface type='network'><mac address='52:54:00:xx:xx:xx'/></interface></devices>"),
    ).not.toContain('error invalid-value');
    expect(found('<on_crash>ON_CRASH</on_crash>')).not.toContain('error invalid-value');
  });

  it('say a cause once', () => {
    const features = ['relaxed', 'vapic', 'vpindex'].map((name) => `<${name} state='on'/>`).join('');
    expect(found(`<features><hyperv mode='passthrough'>${features}</hyperv></features>`)).toEqual([
      'warning ignored-element',
    ]);
  });
});
