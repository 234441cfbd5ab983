import { describe, expect, it } from 'vitest';
import { analyze } from '../../server/src/service/analyze.ts';
import { hoverAt } from '../../server/src/service/hover.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { hostNamed } from '../lib/hosts.ts';

const text = `taskset -c 0-3 qemu-system-x86_64 -smp 2 -m 1G \\
  -object memory-backend-ram,id=m0,size=1G,policy=bind,host-nodes=0 -machine q35,memory-backend=m0 \\
  -device vfio-pci,host=0000:af:00.0
`;

function hover(at: string, host: string | undefined): string | undefined {
  const analysis = analyze(
    { uri: 'vm.sh', text, dialect: 'qemu' },
    { ...DEFAULT_SETTINGS, host: hostNamed(host) },
  )!;
  return hoverAt(analysis, text.indexOf(at))?.markdown;
}

describe('the hover on a finding about placement', () => {
  it('derives it', () => {
    const markdown = hover('0000:af', 'two-nodes')!;
    expect(markdown).toContain(
      'A device and the memory that it reads and writes have a host node in common.',
    );
    expect(markdown).toContain('* Device 0000:af:00.0 is on host node 1. (`pci[0000:af:00.0].nodes`)');
    expect(markdown).toContain('* Memory m0 is bound to host node 0. (line 2)');
    expect(markdown).toContain('Distance 2.1, and 1.0 after "Bring memory and vCPUs to host node 1"');
    expect(markdown).toContain('What could make it wrong:');
  });

  it('says first what the thing is', () => expect(hover('0000:af', 'two-nodes')).toMatch(/^\*\*`host`\*\*/));
  it('has nothing to derive without a host', () =>
    expect(hover('0000:af', undefined)).not.toContain('Distance'));
  it('nor where all is well', () => expect(hover('0-3', 'two-nodes') ?? '').not.toContain('Distance'));
});
