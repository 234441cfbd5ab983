import { describe, expect, test } from 'vitest';
import { refactored, titlesAt } from '../lib/refactor.ts';

const QEMU = { dialect: 'qemu' } as const;
const after = (marked: string, title: string) => refactored(marked, title, QEMU);
const titles = (marked: string) => titlesAt(marked, QEMU);

describe('one option per line', () => {
  const long = 'qemu-system-x86_64 -m 4G -smp 2 -drive "file=a b.img" $EXTRA > log &\n';
  const each = 'qemu-system-x86_64 -m 4G \\\n  -smp 2 \\\n  -drive "file=a b.img" \\\n  $EXTRA > log &\n';

  test('keeps an option and its argument together', () => {
    expect(after(long.replace('-smp', '-s|mp'), 'Put each option')).toBe(each);
  });

  test('and back', () => {
    expect(after(each.replace('-smp', '-s|mp'), 'Put all options')).toBe(long);
  });

  test('takes the indentation of lines that are there', () => {
    const text = 'f() {\n\tqemu-system-x86_64 \\\n\t\t|-m 4G -smp 2\n}\n';
    expect(after(text, 'Put each option')).toBe(
      'f() {\n\tqemu-system-x86_64 \\\n\t\t-m 4G \\\n\t\t-smp 2\n}\n',
    );
  });

  test('in an array needs no backslashes', () => {
    const text = 'args=(-m 4G -s|mp 2)\nqemu-system-x86_64 "${args[@]}"\n';
    const lines = 'args=(\n  -m 4G\n  -smp 2\n)\nqemu-system-x86_64 "${args[@]}"\n';
    expect(after(text, 'Put each option')).toBe(lines);
    expect(after(lines.replace('-smp', '-s|mp'), 'Put all options')).toBe(text.replace('|', ''));
  });

  test('is not offered where a comment stands between', () => {
    const text = 'args=(\n  -m 4G # much\n  -s|mp 2\n)\nqemu-system-x86_64 "${args[@]}"\n';
    expect(titles(text).filter((title) => title.startsWith('Put'))).toEqual([]);
  });

  test('is not offered where the lines end with carriage returns', () => {
    expect(titles('qemu-system-x86_64 -m 4G \\\r\n  -s|mp 2\r\n').filter((t) => t.startsWith('Put'))).toEqual(
      [],
    );
  });
});

describe('wrap into an array', () => {
  test('above the command, prefix and redirection staying', () => {
    const text =
      '#!/bin/bash\nif true; then\n  sudo qemu-system-x86_64 -m 4G \\\n    -sm|p 2 "$@" 2>log\nfi\n';
    expect(after(text, 'Put the options into an array')).toBe(
      '#!/bin/bash\nif true; then\n  args=(\n    -m 4G\n    -smp 2\n    "$@"\n  )\n' +
        '  sudo qemu-system-x86_64 "${args[@]}" 2>log\nfi\n',
    );
  });

  test('takes another name where the script knows that one', () => {
    expect(after('args=1\nqemu-system-x86_64 |-m 4G -smp 2\n', 'Put the options')).toContain('args_2=(\n');
  });

  test.each([
    ['a plain shell', '#!/bin/sh\nqemu-system-x86_64 |-m 4G -smp 2\n'],
    ['another command before it', 'cd /vm && qemu-system-x86_64 |-m 4G -smp 2\n'],
    ['the status of the last command', 'qemu-system-x86_64 |-m 4G -name vm$?\n'],
    ['an array already', 'args=(-m 4G -smp 2)\nqemu-system-x86_64 |"${args[@]}"\n'],
  ])('is not offered with %s', (_, text) => {
    expect(titles(text).filter((title) => title.startsWith('Put the options'))).toEqual([]);
  });
});

describe('extract a value', () => {
  const backend = '-object memory-backend-ram,id=m0,size=4G,host-nodes=0,policy=bind';

  test('to a variable above the command', () => {
    expect(after(`qemu-system-x86_64 ${backend.replace('nodes=0', 'nodes=|0')}\n`, 'Extract 0')).toBe(
      `HOST_NODES=0\nqemu-system-x86_64 ${backend.replace('nodes=0', 'nodes=$HOST_NODES')}\n`,
    );
  });

  test('above the array that holds it', () => {
    const text = `vm() {\n  args=(\n    ${backend.replace('size=4G', 'size=4|G')}\n  )\n  qemu-system-x86_64 "\${args[@]}"\n}\n`;
    expect(after(text, 'Extract 4G')).toContain('vm() {\n  OBJECT_SIZE=4G\n  args=(\n');
  });

  test('is not offered for what comes from a variable, or stands in single quotes', () => {
    expect(
      titles('M=4G\nqemu-system-x86_64 -m $|M\n').filter((title) => title.startsWith('Extract')),
    ).toEqual([]);
    expect(
      titles("qemu-system-x86_64 -m 'size=|4G'\n").filter((title) => title.startsWith('Extract')),
    ).toEqual([]);
  });
});

describe('older spellings', () => {
  test('-net nic and -net user become one -nic', () => {
    expect(after('qemu-system-x86_64 |-net nic,model=e1000 -net user\n', 'Join the card')).toBe(
      'qemu-system-x86_64 -nic user,model=e1000\n',
    );
  });

  test('-enable-kvm becomes an accelerator', () => {
    expect(after('qemu-system-x86_64 -enable-|kvm -m 4G\n', 'Write -accel')).toBe(
      'qemu-system-x86_64 -accel kvm -m 4G\n',
    );
  });

  test.each([
    'qemu-system-x86_64 -machine q35,accel=tcg -enable-|kvm\n',
    'qemu-system-x86_64 -enable-|kvm $EXTRA\n',
    'A=(-m 4G "-enable-|kvm")\nqemu-system-x86_64 "${A[@]}" "${A[@]}"\n',
  ])('but not where that would be refused or is not known: %s', (text) => {
    expect(titles(text)).not.toContain('Write -accel kvm');
  });

  test('short booleans are written in full', () => {
    expect(after('qemu-system-x86_64 -chardev so|cket,id=c,path=/s,server,nowait\n', 'Write short')).toBe(
      'qemu-system-x86_64 -chardev socket,id=c,path=/s,server=on,wait=off\n',
    );
    expect(after('qemu-system-x86_64 -monitor |tcp::44,server,nowait,nodelay\n', 'Write short')).toBe(
      'qemu-system-x86_64 -monitor tcp::44,server=on,wait=off,nodelay=on\n',
    );
    expect(titles('qemu-system-x86_64 -serial |/dev/tty,nothing\n').join()).not.toContain('short');
    expect(titles('qemu-system-x86_64 -cpu |host,migratable\n').join()).not.toContain('short');
  });
});

describe('JSON and key=value', () => {
  const pairs: readonly (readonly [string, string])[] = [
    [
      '-device vfio-pci,host=01:00.0,rombar=0,multifunction=on,addr=0x5',
      `-device '{"driver":"vfio-pci","host":"01:00.0","rombar":0,"multifunction":true,"addr":"0x5"}'`,
    ],
    [
      '-object memory-backend-ram,id=m0,size=4G,host-nodes=0-1,policy=bind,prealloc=on',
      `-object '{"qom-type":"memory-backend-ram","id":"m0","size":4294967296,"host-nodes":[0,1],"policy":"bind","prealloc":true}'`,
    ],
    ['-netdev tap,id=n0,vhost=on,queues=4', `-netdev '{"type":"tap","id":"n0","vhost":true,"queues":4}'`],
    [
      '-blockdev qcow2,node-name=d,file.driver=file,file.filename=a,,b.img,cache.direct=on',
      `-blockdev '{"driver":"qcow2","node-name":"d","file":{"driver":"file","filename":"a,b.img"},"cache":{"direct":true}}'`,
    ],
  ];

  test.each(pairs)('%s', (keyval, json) => {
    const name = keyval.split(' ')[0]!;
    expect(after(`qemu-system-x86_64 -m 4G |${keyval}\n`, `Write ${name} as JSON`)).toBe(
      `qemu-system-x86_64 -m 4G ${json}\n`,
    );
    expect(after(`qemu-system-x86_64 -m 4G |${json}\n`, `Write ${name} as key=value`)).toBe(
      `qemu-system-x86_64 -m 4G ${keyval}\n`,
    );
  });

  test.each([
    ['a property that is not known', '-device |vfio-pci,nonesuch=1'],
    ['a variable', '-device |vfio-pci,host=$HOST'],
    ['a number that may be octal', '-device |vfio-pci,rombar=01'],
    ['a list of objects', '-netdev |user,id=n,hostfwd=tcp::22-:22'],
    ['a key that stands twice', '-device |vfio-pci,rombar=0,rombar=1'],
    ['a number for an address', `-device |'{"driver":"vfio-pci","addr":5}'`],
    [
      'nodes in two rows',
      `-object |'{"qom-type":"memory-backend-ram","id":"m","size":1,"host-nodes":[0,2]}'`,
    ],
  ])('is not offered for %s', (_, option) => {
    expect(titles(`qemu-system-x86_64 ${option}\n`).filter((title) => / as (JSON|key)/.test(title))).toEqual(
      [],
    );
  });

  test('of devices that find their place by their turn is offered for all at once', () => {
    const text = 'qemu-system-x86_64 -usb -device |usb-tablet -device usb-kbd\n';
    expect(titles(text).filter((title) => title.includes('JSON'))).toEqual([
      'Write all 2 -device options as JSON',
    ]);
    expect(after(text, 'Write all 2')).toBe(
      `qemu-system-x86_64 -usb -device '{"driver":"usb-tablet"}' -device '{"driver":"usb-kbd"}'\n`,
    );
    expect(titles('qemu-system-x86_64 -usb -device usb-tablet -device |usb-kbd\n')).toContain(
      'Write -device as JSON',
    );
    expect(titles('qemu-system-x86_64 -usb -device |usb-kbd $EXTRA\n').join()).not.toContain('JSON');
  });

  test('is not offered where a PCI device would get another slot', () => {
    const text = 'qemu-system-x86_64 -device |virtio-rng-pci -device virtio-balloon-pci\n';
    expect(titles(text).filter((title) => title.includes('JSON'))).toEqual([
      'Write all 2 -device options as JSON',
    ]);
  });

  test('is not offered for a QEMU that does not read it', () => {
    const text = 'qemu-system-x86_64 -device |vfio-pci,host=01:00.0\n';
    expect(titlesAt(text, { ...QEMU, target: { qemu: [6, 1] } }).join()).not.toContain('JSON');
  });
});

describe('in what carries a command', () => {
  const titlesIn = (marked: string, carrier: 'makefile' | 'systemd') => titlesAt(marked, { carrier });

  test('lines are continued as they are there', () => {
    const recipe = 'run:\n\tqemu-system-x86_64 -m |4G -smp 2\n';
    expect(refactored(recipe, 'Put each option', { carrier: 'makefile' })).toBe(
      'run:\n\tqemu-system-x86_64 -m 4G \\\n\t  -smp 2\n',
    );
  });

  test('there are no lines of a script to put in', () => {
    const layout = ['Put each option on a line of its own'];
    expect(titlesIn('run:\n\tqemu-system-x86_64 -m |4G -smp 2\n', 'makefile')).toEqual(layout);
    const unit = '[Service]\nExecStart=/usr/bin/qemu-system-x86_64 -m |4G -smp 2\n';
    expect(titlesIn(unit, 'systemd')).toEqual(layout);
  });
});
