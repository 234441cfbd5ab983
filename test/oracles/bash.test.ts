import { describe, expect, test } from 'vitest';
import * as bash from './bash.ts';

const asked = process.env.VIRTLENS_ORACLES === '1';

describe.skipIf(!asked || !bash.available())('Bash', () => {
  test.each([
    [
      'a word for each argument',
      "qemu-system-x86_64 -name 'a b' \\\n  -m 4G",
      [['-name', 'a b', '-m', '4G']],
    ],
    ['a space after the backslash', 'qemu-system-x86_64 -m 4G \\ \n  -smp 4', [['-m', '4G', ' ']]],
    ['a carriage return after it', 'qemu-system-x86_64 -m 4G \\\r\n -smp 4', [['-m', '4G', '\r']]],
    ['an empty line after it', 'qemu-system-x86_64 -m 4G \\\n\n  -smp 4', [['-m', '4G']]],
    ['a comment inside', 'qemu-system-x86_64 -m 4G \\\n  # more\n  -smp 4', [['-m', '4G']]],
    [
      'arrays and loops',
      `a=(-m 1G)\nfor i in 1 2; do kvm "\${a[@]}" -uuid $i; done`,
      [
        ['-m', '1G', '-uuid', '1'],
        ['-m', '1G', '-uuid', '2'],
      ],
    ],
    [
      'prefixes',
      'sudo -u root numactl -N 0 -m 0 /usr/bin/taskset -c 0-3 nice -n -5 qemu-kvm -m 1G',
      [['-m', '1G']],
    ],
    [
      'folders',
      `Q=\${Q:-/usr/libexec/qemu-kvm}\n[ -x "$Q" ] && "$Q" -a &\n"$HOME"/b/qemu-system-arm -b`,
      expect.arrayContaining([['-a'], ['-b']]),
    ],
    [
      'root only',
      'set -e\n[ "$EUID" = 0 ] || exit 1\nmodprobe vfio-pci\nexport PATH=/usr/bin\nexec kvm -S',
      [['-S']],
    ],
    [
      'paths in arguments',
      'kvm -netdev tap,script=/bin/true -mem-path /dev/kvm',
      [['-netdev', 'tap,script=/bin/true', '-mem-path', '/dev/kvm']],
    ],
    ['no QEMU', 'echo qemu-system-x86_64', []],
  ])('passes on: %s', async (_, script, expected) => {
    expect(await bash.recordArguments(script)).toEqual(expected);
  });

  test('names the program and ends what does not end', async () => {
    const recording = await bash.recordScript(
      '/opt/qemu/bin/qemu-system-aarch64 -M virt\nwhile :; do :; done',
      1_000,
    );
    expect(recording).toMatchObject({
      verdict: 'timeout',
      commands: [{ program: 'qemu-system-aarch64', args: ['-M', 'virt'] }],
    });
  });
});
