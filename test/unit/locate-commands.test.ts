// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the scripts are full of them
import { describe, expect, it } from 'vitest';
import { locate, locateArgv } from '../../server/src/dialects/qemu/locate.ts';
import { Word } from '../../server/src/dialects/qemu/word.ts';
import { slice } from './qemuScript.ts';

/** Each command as `prefixes > binary: arguments`. */
function commandsIn(script: string): string[] {
  return locate('', script).commands.map(({ variants: [invocation] }) => {
    const { binary, prefixes, words } = invocation!;
    const before = prefixes.map((prefix) =>
      [prefix.name, ...prefix.words.map((word) => word.text)].join(' '),
    );
    const after = words.map((word) => (word instanceof Word ? word.text : '…')).join(' ');
    return `${before.map((text) => `${text} > `).join('')}${binary}: ${after}`;
  });
}

describe('QEMU is found', () => {
  it('by its name', () => {
    const names = [
      'qemu-system-x86_64',
      '/usr/bin/qemu-system-aarch64',
      './qemu-kvm',
      'kvm',
      '/usr/libexec/qemu-kvm',
    ];
    expect(commandsIn(names.map((name) => `${name} -m 4`).join('\n'))).toEqual([
      'qemu-system-x86_64: -m 4',
      'qemu-system-aarch64: -m 4',
      'qemu-kvm: -m 4',
      'kvm: -m 4',
      'qemu-kvm: -m 4',
    ]);
    const others = ['qemu-img create x 1G', 'qemu-nbd x', 'echo qemu-kvm -m 4', 'which qemu-system-x86_64'];
    expect(commandsIn([...others, 'lkvm run', 'virsh start kvm', '# qemu-kvm -m 4'].join('\n'))).toEqual([]);
  });

  it('in a variable, a default or a list', () => {
    expect(commandsIn('Q=qemu-kvm; $Q -m 4; "$Q" -m 5')).toEqual(['qemu-kvm: -m 4', 'qemu-kvm: -m 5']);
    expect(commandsIn('Q=${Q:-qemu-system-x86_64}\n$Q -m 4\n${R:-/usr/bin/kvm} -m 5')).toEqual([
      'qemu-system-x86_64: -m 4',
      'kvm: -m 5',
    ]);
    expect(commandsIn('C="sudo qemu-kvm -m 4"; $C -S; c=(qemu-kvm -m "5 6"); "${c[@]}"')).toEqual([
      'sudo > qemu-kvm: -m 4 -S',
      'qemu-kvm: -m 5 6',
    ]);
    expect(
      commandsIn('$DIR/qemu-system-x86_64 -m 4\nqemu-system-$(uname -m) -m 5\nqemu-system-${ARCH} -m 6'),
    ).toEqual(['qemu-system-x86_64: -m 4', 'qemu-system-$(uname -m): -m 5', 'qemu-system-${ARCH}: -m 6']);
  });

  it('in a variable that comes from outside, where name and options speak of it', () => {
    expect(
      commandsIn('$QEMU -m 4 -smp 2\n"${QEMU_BIN}" -m 4 -enable-kvm\nQ=$(which x); $Q -m 4 -smp 2'),
    ).toEqual(['qemu-system-x86_64: -m 4 -smp 2', 'qemu-system-x86_64: -m 4 -enable-kvm']);
    expect(commandsIn('KVM=$(which kvm)\nsudo $KVM -m 4 --smp 2')).toEqual([
      'sudo > qemu-system-x86_64: -m 4 --smp 2',
    ]);
    expect(commandsIn('$QEMU_CMD -m 4 -smp 2')).toEqual(['qemu-system-x86_64: … -m 4 -smp 2']);
    expect(
      commandsIn('$QEMU --version\n$QEMU_IMG create -f raw x 4G\n$RUN -m 4 -smp 2\n"$@" -m 4 -smp 2'),
    ).toEqual([]);
  });

  it('in a variable that gets it on some path, also where the paths are too many', () => {
    const choices = Array.from(
      { length: 9 },
      (_, i) => `[ -x /a${i} ] && BIN=/a${i}/qemu-kvm && A+=(-name a${i})`,
    );
    const script = [
      ...choices,
      'exec "$BIN" "${A[@]}" -kernel x',
      '"$BIN" --version',
      '$BIN -device help',
    ].join('\n');
    expect(new Set(commandsIn(script).map((line) => line.replace(/^.*?(?=qemu-kvm)|:.*/g, '')))).toEqual(
      new Set(['qemu-kvm']),
    );
    expect(commandsIn('read P < x; P=$(which qemu-system-arm); $P -m 1')).toEqual([
      'qemu-system-arm: … -m 1',
    ]);
    expect(commandsIn('read P < x; while a; do P=/usr/bin/qemu-system-$A; done; "$P" -m 1')).toHaveLength(1);
    expect(commandsIn('PKG=qemu-kvm\napt install $PKG -m 1\nwhile a; do Q=b; done; $Q -m 1')).toEqual([]);
  });

  it('behind what starts it', () => {
    const script = [
      'A=b C="d e" qemu-kvm -m 1',
      'sudo -u kvm -E nice -n -5 qemu-kvm -m 2',
      'numactl --cpunodebind 0 --membind=0 -p 1 qemu-kvm -m 3',
      'taskset -c 0-3 qemu-kvm -m 4',
      'taskset 0xf chrt -f 1 ionice -c2 -n 0 qemu-kvm -m 5',
      'env -i -u X A=b PATH=/x qemu-kvm -m 6',
      'systemd-run --scope -p MemoryMax=4G --unit vm --slice=vm.slice qemu-kvm -m 7',
      'timeout -k 5 --signal KILL 10m nohup setsid qemu-kvm -m 8',
      'gdb -q -ex run --args qemu-kvm -m 9',
      'stdbuf -oL time -f %e doas -u x cgexec -g cpu:vm -- qemu-kvm -m 10',
      'sudo -- env A=b command qemu-kvm -m 11',
      '$SUDO qemu-kvm -m 12',
      'sudo $OPTS -u "$USER" qemu-kvm -m 13',
      'prlimit --memlock=unlimited strace -f -o log qemu-kvm -m 15',
      'unshare -n -w / xvfb-run -a -s "-screen 0" qemu-kvm -m 16',
      'exec -a name qemu-kvm -m 14',
    ].join('\n');
    expect(commandsIn(script).map((line) => line.replace('qemu-kvm: ', ''))).toEqual([
      '-m 1',
      'sudo -u kvm -E > nice -n -5 > -m 2',
      'numactl --cpunodebind 0 --membind=0 -p 1 > -m 3',
      'taskset -c 0-3 > -m 4',
      'taskset 0xf > chrt -f 1 > ionice -c2 -n 0 > -m 5',
      'env -i -u X A=b PATH=/x > -m 6',
      'systemd-run --scope -p MemoryMax=4G --unit vm --slice=vm.slice > -m 7',
      'timeout -k 5 --signal KILL 10m > nohup > setsid > -m 8',
      'gdb -q -ex run --args > -m 9',
      'stdbuf -oL > time -f %e > doas -u x > cgexec -g cpu:vm -- > -m 10',
      'sudo -- > env A=b > command > -m 11',
      '-m 12',
      'sudo \0 -u \0 > -m 13',
      'prlimit --memlock=unlimited > strace -f -o log > -m 15',
      'unshare -n -w / > xvfb-run -a -s -screen 0 > -m 16',
      'exec -a name > -m 14',
    ]);
    expect(commandsIn('command -v qemu-kvm\nsudo -u qemu-kvm true\ngdb qemu-kvm core\ntaskset -p 1')).toEqual(
      [],
    );
  });

  it('in an eval whose arguments mean the same twice', () => {
    expect(commandsIn('O="-m 4"; eval qemu-kvm $O "-S -x"\nC="qemu-kvm -m $M"; eval "$C"')).toEqual([
      'qemu-kvm: -m 4 -S -x',
      'qemu-kvm: -m …',
    ]);
    expect(commandsIn('eval qemu-kvm \'-name "a b"\'\neval \'qemu-kvm $x\'\neval "$x"')).toEqual([]);
  });

  it('wherever a command may stand', () => {
    const script = [
      'if qemu-kvm 1; then qemu-kvm 2 & fi',
      'qemu-kvm 3 | tee log && (qemu-kvm 4) || { ! qemu-kvm 5; }',
      'while qemu-kvm 6; do time qemu-kvm 7 > log 2>&1; done',
      'case $1 in a) qemu-kvm 8 ;; esac',
      'x=$(qemu-kvm 9) y=`qemu-kvm 10`',
      'cat <<EOF\nqemu-kvm 11\nEOF',
    ].join('\n');
    expect(commandsIn(script)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((n) => `qemu-kvm: ${n}`));
  });

  it('with its range, from the first assignment to the last word', () => {
    const script = 'x\nA=b sudo qemu-kvm -m "4" > log &\n';
    const { variants } = locate('', script).commands[0]!;
    expect(slice(script, variants[0]!.range)).toBe('A=b sudo qemu-kvm -m "4" > log');
    expect(slice(script, variants[0]!.prefixes[0]!.range)).toBe('sudo');
    expect(slice(script, variants[0]!.command.range)).toBe('qemu-kvm');
  });

  it('once for variants with the same words', () => {
    expect(locate('', 'if a; then M=4; fi; qemu-kvm -S').commands[0]!.variants.length).toBe(1);
    expect(locate('', 'M=2; if a; then M=4; fi; qemu-kvm $M').commands[0]!.variants.length).toBe(2);
  });
});

describe('a script', () => {
  it('tells its comments and its half-typed places', () => {
    const script = '# virtlens-ignore x: y\nqemu-kvm -name "a \\\n -S # z\n';
    const { comments, repairedRegions } = locate('', script);
    expect(comments.map(({ range, text }) => [text, slice(script, range)])).toEqual([
      ['# virtlens-ignore x: y', '# virtlens-ignore x: y'],
      ['# z', '# z'],
    ]);
    expect(repairedRegions.map((range) => slice(script, range))).toEqual(['"a \\']);
  });
});

describe('the command line of a process', () => {
  it('is taken word for word', () => {
    const text = '/usr/bin/qemu-system-x86_64\0-name\0a b,$x\0\0-m\x004G\0';
    const { commands } = locateArgv('', text);
    const [invocation] = commands[0]!.variants;
    expect(invocation!.binary).toBe('qemu-system-x86_64');
    const words = invocation!.words.filter((word) => word instanceof Word);
    expect(words.map((word) => word.text)).toEqual(['-name', 'a b,$x', '', '-m', '4G']);
    for (const word of words) {
      expect(word.pieces).toMatchObject([{ exact: true, quoting: 'none', via: [] }]);
      expect(slice(text, word.pieces[0]!.source)).toBe(word.text);
      expect(word.pieces[0]!.at).toBe(word.pieces[0]!.source);
    }
  });

  it('of something else is none of our business', () => {
    expect(locateArgv('', '/bin/sh\0-c\0qemu-kvm -m 4\0').commands).toEqual([]);
    expect(locateArgv('', '').commands).toEqual([]);
    expect(locateArgv('', 'numactl\0-m\x000\0qemu-kvm\0-S').commands[0]!.variants[0]!.prefixes[0]!.name).toBe(
      'numactl',
    );
  });
});
