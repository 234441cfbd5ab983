import { describe, expect, test } from 'vitest';
import { completionsAt } from './completions.ts';

const domain = (content: string): string =>
  `<domain type='kvm'>\n  <vcpu>4</vcpu>\n  ${content}\n</domain>\n`;
const at = (content: string, trigger?: string) => completionsAt(domain(content), trigger);
const devices = (content: string): string => `<devices>\n    ${content}\n  </devices>`;

describe('elements', () => {
  test('those that belong there and are not there yet', () => {
    const { labels } = at('<‸');
    expect(labels).toEqual(expect.arrayContaining(['memory', 'cpu', 'devices', 'numatune']));
    expect(labels).not.toContain('vcpu');
    expect(labels).not.toContain('disk');
    expect(at(devices('<‸')).labels).toEqual(expect.arrayContaining(['disk', 'hostdev', 'interface']));
  });

  test('several where there may be several, also beside one that is twice where it may not', () => {
    expect(at(devices("<disk type='file'/>\n    <‸")).labels).toContain('disk');
    expect(at('<cpu/>\n  <cpu/>\n  <‸').labels).toContain('memory');
  });

  test('in their order', () => {
    const source = (content: string) =>
      at(devices(`<hostdev mode='subsystem' type='pci'>${content}</hostdev>`));
    expect(source('<‸').labels).toContain('source');
    expect(at("<cpu><numa><cell id='0'/></numa><‸</cpu>").labels).not.toContain('numa');
  });

  test('with what they cannot do without, indented like their surroundings', () => {
    expect(at('<mem‸').accepted('memory')).toBe(domain("<memory unit='GiB'>4</memory>"));
    expect(at('<ke‸').accepted('keywrap')).toBe(
      domain("<keywrap>\n    <cipher name='aes' state='on'/>\n  </keywrap>"),
    );
    expect(at(devices('<hostd‸')).accepted('hostdev')).toBe(
      domain(
        devices(
          "<hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n" +
            "        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n" +
            '      </source>\n    </hostdev>',
        ),
      ),
    );
  });

  test('with the quotes of the document', () => {
    const text = '<domain type="kvm">\n  <‸\n</domain>\n';
    expect(completionsAt(text).accepted('memory')).toBe(text.replace('<‸', '<memory unit="GiB">4</memory>'));
  });

  test('without a <, but not while a text is written', () => {
    expect(at('mem‸').accepted('memory')).toBe(domain("<memory unit='GiB'>4</memory>"));
    expect(at('a,‸', ',').labels).toEqual([]);
  });

  test('one that is there gets another name and nothing else', () => {
    expect(at("<mem‸ry unit='GiB'>4</memory>").accepted('memory')).toBe(
      domain("<memory unit='GiB'>4</memory>"),
    );
  });

  test('of a namespace, where it has a prefix', () => {
    const text = (name: string): string => `<domain type='kvm'${name}>\n  <‸\n</domain>\n`;
    const uri = 'http://libvirt.org/schemas/domain/qemu/1.0';
    expect(completionsAt(text(` xmlns:q='${uri}'`)).labels).toContain('q:commandline');
    expect(completionsAt(text('')).labels.filter((label) => label.includes('commandline'))).toEqual([]);
  });

  test('of the version that is meant', () => {
    const labels = (version: [number, number]) =>
      completionsAt(domain('<‸'), undefined, { qemu: undefined, libvirt: version }).labels;
    expect(labels([9, 0])).not.toContain('throttlegroups');
    expect(labels([12, 8])).toContain('throttlegroups');
  });
});

describe('attributes', () => {
  test('that fit those which are there', () => {
    expect(at(devices("<hostdev><address type='pci' ‸/></hostdev>")).labels).toEqual(
      expect.arrayContaining(['bus', 'domain', 'function', 'slot']),
    );
    expect(at(devices("<disk type='file'><source ‸/></disk>")).labels).toContain('file');
    expect(at(devices("<disk type='network'><source ‸/></disk>")).labels).not.toContain('file');
  });

  test('required ones first, given ones not at all', () => {
    expect(at('<numatune><memnode ‸/></numatune>').labels[0]).toBe('cellid');
    expect(at("<memory ‸ unit='KiB'>4</memory>").labels).not.toContain('unit');
  });

  test('in front of the end of the tag, and where the tag has none', () => {
    expect(at('<memory ‸>4</memory>').accepted('unit')).toBe(domain("<memory unit=''>4</memory>"));
    expect(at(devices('<disk ty‸\n')).accepted('type')).toBe(domain(devices("<disk type=''\n")));
    expect(at("<memory un‸it='KiB'>4</memory>").accepted('unit')).toBe(
      domain("<memory unit='KiB'>4</memory>"),
    );
    expect(at("<memory unit='KiB'‸>4</memory>").labels).toEqual([]);
  });

  test('say something about themselves', () => {
    const { documentation, insertion } = at('<memory ‸>4</memory>').item('unit');
    expect(documentation).toMatch(/^\*\*`unit`\*\* of `<memory>`/);
    expect(insertion).toContainEqual({ stop: 1, text: '' });
  });
});

describe('values', () => {
  test('of an enumeration, in attributes and in elements', () => {
    expect(at("<cpu mode='‸'/>").labels).toEqual(
      expect.arrayContaining(['custom', 'host-model', 'host-passthrough', 'maximum']),
    );
    expect(at("<cpu mode='host-p‸x'/>").accepted('host-passthrough')).toBe(
      domain("<cpu mode='host-passthrough'/>"),
    );
    expect(at("<memory unit='‸>4</memory>").accepted('GiB')).toBe(domain("<memory unit='GiB>4</memory>"));
    expect(at('<on_reboot>‸</on_reboot>').accepted('restart')).toBe(domain('<on_reboot>restart</on_reboot>'));
    expect(at('<cpu mode=‸/>').accepted('custom')).toBe(domain("<cpu mode='custom'/>"));
  });

  test('cells, vCPUs without a pin, I/O threads', () => {
    const cells = "<cpu><numa><cell id='0' cpus='0-1'/><cell id='1'/></numa></cpu>";
    expect(at(`${cells}<numatune><memnode cellid='‸'/></numatune>`).labels).toEqual(['0', '1']);
    expect(at(`${cells.replace("'1'", "'‸'")}`).labels).toEqual(['2']);
    expect(at("<cputune><vcpupin vcpu='1'/><vcpupin vcpu='‸'/></cputune>").labels).toEqual(['0', '2', '3']);
    const threads = "<iothreads>3</iothreads><iothreadids><iothread id='2'/></iothreadids>";
    expect(at(`${threads}<cputune><iothreadpin iothread='‸'/></cputune>`).labels).toEqual(['2', '1', '3']);
  });

  test('controllers by index, aliases, disks', () => {
    const controllers =
      "<controller type='pci' index='0' model='pcie-root'/><controller type='pci' index='1' model='pcie-root-port'/>" +
      "<controller type='pci' index='2' model='pcie-root-port'/><controller type='scsi' index='0'/>";
    const taken = "<rng><address type='pci' bus='0x01' slot='0x00'/></rng>";
    const address = (attributes: string): string =>
      devices(`${controllers}${taken}<disk><address ${attributes}/></disk>`);
    expect(at(address("type='pci' bus='‸'")).labels).toEqual(['0x00', '0x02']);
    expect(at(address("type='drive' controller='‸'")).labels).toEqual(['0']);
    expect(
      at(devices("<disk><target dev='vda'/></disk><disk><target dev='‸' bus='virtio'/></disk>")).labels,
    ).toEqual(['vdb']);
    const device = "<alias name='ua-gpu'/>";
    const text =
      `<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><devices><hostdev>${device}` +
      "</hostdev></devices><qemu:override><qemu:device alias='‸'/></qemu:override></domain>";
    expect(completionsAt(text).labels).toEqual(['ua-gpu']);
  });

  test('machine types and CPU models of QEMU', () => {
    const { labels } = at("<os><type arch='x86_64' machine='‸'>hvm</type></os>");
    expect(labels).toEqual(expect.arrayContaining(['q35', 'pc-q35-11.1']));
    expect(at("<os><type arch='aarch64' machine='‸'>hvm</type></os>").labels).toContain('virt');
    expect(at('<cpu><model>‸</model></cpu>').labels).toContain('EPYC-Genoa');
  });
});

describe('closing tags', () => {
  test('close what is open', () => {
    expect(at(devices('<disk><source/></‸')).accepted('</disk>')).toBe(
      domain(devices('<disk><source/></disk>')),
    );
    expect(at('<cpu><topology/></c‸').accepted('</cpu>')).toBe(domain('<cpu><topology/></cpu>'));
    expect(completionsAt("<domain type='kvm'>\n  <devices>\n  </devices>\n<‸").labels[0]).toBe('</domain>');
  });

  test('are not written twice', () => {
    expect(at('<os>‸</os>').labels).not.toContain('</os>');
    expect(at('<cpu></c‸>').accepted('</cpu>')).toBe(domain('<cpu></cpu>'));
  });
});

test.each([
  ['comments', domain('<!-- <‸ -->')],
  ['CDATA', domain('<description><![CDATA[<‸]]></description>')],
  ['instructions', domain('<?x <‸ ?>')],
  ['metadata', domain('<metadata><a:b xmlns:a="c"><‸</a:b></metadata>')],
  ['capabilities', '<domainCapabilities>\n  <domain><‸</domain>\n</domainCapabilities>\n'],
  ['other XML', '<network>\n  <‸\n</network>\n'],
])('nothing in %s', (_, text) => {
  expect(completionsAt(text).labels).toEqual([]);
});
