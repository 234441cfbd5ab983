import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../server/src/dialects/read.ts';
import { complete } from '../../server/src/service/complete/complete.ts';
import { markedReading } from '../../server/src/service/complete/qemu/marked.ts';
import '../lib/catalogue.ts';

const examples = path.resolve(import.meta.dirname, '..', '..', 'examples');

/** What stands beside each other here is taken apart by the shell alone. */
const ODD = `MEM=4G
OPTS="-smp 4,sockets=2 -name guest"
disk() { qemu-system-x86_64 -drive "file=$1,if=none",id=hd$2 -device virtio-blk-pci,drive="hd$2",bus=pcie.0; }
disk a.raw 0
for i in 0 1; do
  numactl -N $i qemu-system-x86_64 -M q35 -m $MEM,slots=2 $OPTS -device 'vfio-pci',host=0\\1:00.$i \\
    -object memory-backend-ram,id=m$i,size="$MEM" -blockdev '{"driver":"file","node-name":"n0"}' -global @X@.y=1
done
if [ -n "$X" ]; then A=(-device e1000,netdev=n0 -netdev user,id=n0); else A=(-nic user); fi
qemu-system-x86_64 "\${A[@]}" -device pcie-root-port,id=rp0,bus= -chardev socket,id=c$(id -u),path=/x -mon chardev=c0 "$EXTRA"
`;

const texts: readonly (readonly [name: string, text: string])[] = [
  ['odd.sh', ODD],
  ...fs
    .readdirSync(examples)
    .filter((name) => name.endsWith('.sh'))
    .map((name) => [name, fs.readFileSync(path.join(examples, name), 'utf8')] as const),
];

describe('a list of completions made from what was read already', () => {
  it.each(texts)('is that of a reading with the mark in the text: %s', (name, text) => {
    const source = { uri: `file:///${name}`, text, dialect: 'qemu' } as const;
    const document = readDocument(source)!;
    let made = 0;
    for (let offset = 0; offset <= text.length; offset++) {
      const request = { source, offset, target: { qemu: undefined, libvirt: undefined } };
      const before = text.slice(Math.max(0, offset - 30), offset);
      expect(complete({ ...request, document }), before).toEqual(complete(request));
      if (markedReading(document, offset, 'MARK')) made++;
    }
    // Otherwise this holds nothing against anything.
    expect(made).toBeGreaterThan(text.length / 10);
  });
});
