import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { isContainer, questionBefore, withSuffix } from '../../client/src/host/machine.ts';
import { ageOf, describeHost, describeInList } from '../../client/src/host/words.ts';
import type { HostInfo } from '../../server/src/lsp/messages.ts';

const NOW = new Date('2026-03-01T12:00:00Z');

const GPU: HostInfo = {
  profile: '/hosts/gpu-01.hostprofile.json',
  name: 'gpu-01',
  isReference: false,
  label: 'Rack 4, upper',
  size: '2 nodes, 64 CPUs',
  capturedAt: '2026-02-26T11:00:00Z',
};
const REFERENCE: HostInfo = { profile: 'hgx-h100', name: 'hgx-h100', isReference: true, label: 'Eight H100' };

describe('the age of volatile facts', () => {
  it.each([
    ['2026-03-01T11:59:59Z', 'less than an hour ago'],
    ['2026-03-01T12:30:00Z', 'less than an hour ago'],
    ['2026-03-01T11:00:00Z', '1 hour ago'],
    ['2026-02-28T12:00:01Z', '23 hours ago'],
    ['2026-02-28T12:00:00Z', '1 day ago'],
    ['2026-01-01T12:00:00Z', '59 days ago'],
    ['2025-12-01T12:00:00Z', '2 months ago'],
    ['2024-04-01T12:00:00Z', '22 months ago'],
    ['2023-02-01T12:00:00Z', '3 years ago'],
  ])('of %s is "%s"', (time, age) => {
    expect(ageOf(time, NOW)).toBe(age);
  });
});

describe('the status', () => {
  it('names the profile, its age, and what it describes', () => {
    expect(describeHost(GPU, 0, NOW)).toEqual({
      text: 'gpu-01, captured 3 days ago',
      detail: 'Rack 4, upper · 2 nodes, 64 CPUs',
      isWrong: false,
    });
  });

  it('tells a reference profile from a machine that somebody has', () => {
    expect(describeHost(REFERENCE, 0, NOW)).toMatchObject({ text: 'hgx-h100, a reference profile' });
  });

  it('says nothing of the age where nothing in the profile ages', () => {
    const { capturedAt: _, ...stable } = GPU;
    expect(describeHost(stable, 0, NOW)).toMatchObject({ text: 'gpu-01' });
  });

  it('warns of one that cannot be used, and says why', () => {
    const trouble = 'A host profile has no "colour" here: remove it.';
    const broken = { ...GPU, trouble };
    expect(describeHost(broken, 0, NOW)).toEqual({
      text: 'Host profile gpu-01 does not count',
      detail: trouble,
      isWrong: true,
    });
    expect(describeInList(broken, NOW)).toContain(trouble);
  });

  it('says that there is none', () => {
    expect(describeHost(undefined, 0, NOW)).toMatchObject({ text: 'No host profile', isWrong: false });
  });

  it('says where several leave the choice to the user', () => {
    expect(describeHost(undefined, 3, NOW)).toEqual({
      text: 'No host profile',
      detail: 'The folder has 3, and none of them is chosen',
      isWrong: false,
    });
  });

  it('says of one that nobody chose why it counts', () => {
    expect(describeHost(GPU, 1, NOW)).toMatchObject({
      text: 'gpu-01, captured 3 days ago',
      detail: 'Rack 4, upper · 2 nodes, 64 CPUs · the only one of the folder',
    });
    const { label: _, size: __, ...bare } = GPU;
    expect(describeHost(bare, 1, NOW)).toMatchObject({ detail: 'the only one of the folder' });
  });

  it.each([
    ['2025-12-01T12:00:00Z', false],
    ['2025-12-01T11:59:59Z', true],
  ])('asks for another capture after 90 days: of %s: %s', (capturedAt, isAsked) => {
    const { detail } = describeHost({ ...GPU, capturedAt }, 0, NOW);
    expect(detail.includes('capture it again')).toBe(isAsked);
    expect(describeHost({ ...REFERENCE, capturedAt }, 0, NOW).detail).not.toContain('again');
  });
});

test('a list tells what is described, and of captured profiles how old they are', () => {
  expect(describeInList(GPU, NOW)).toBe('Rack 4, upper · 2 nodes, 64 CPUs · captured 3 days ago');
  expect(describeInList(REFERENCE, NOW)).toBe('Eight H100');
});

describe('before a machine is captured', () => {
  it('nothing is asked about the one that the user sits at', () => {
    expect(questionBefore(undefined, false)).toBeUndefined();
  });

  it.each([
    ['ssh-remote', false, /another machine \(ssh-remote\)/],
    ['tunnel', false, /another machine \(tunnel\)/],
    ['wsl', false, /WSL/],
    ['dev-container', false, /container/],
    ['codespaces', false, /container/],
    [undefined, true, /container/],
    ['ssh-remote', true, /container/],
  ])('on %s, in a container: %s, the user is asked', (remote, inContainer, detail) => {
    const question = questionBefore(remote, inContainer);
    expect(question?.message).toMatch(/^Capture the .*\?$/);
    expect(question?.detail).toMatch(detail);
  });

  it.each(['.dockerenv', 'run/.containerenv', 'run/systemd/container'])(
    'a container is known by its %s',
    async (mark) => {
      const root = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-root-'));
      expect(await isContainer(root)).toBe(false);
      fs.mkdirSync(path.dirname(path.join(root, mark)), { recursive: true });
      fs.writeFileSync(path.join(root, mark), '');
      expect(await isContainer(root)).toBe(true);
      fs.rmSync(root, { recursive: true });
    },
  );
});

test('a profile gets the suffix by which editors know it', () => {
  const expected = '/hosts/gpu-01.hostprofile.json';
  for (const chosen of ['gpu-01', 'gpu-01.json', 'gpu-01.hostprofile', 'gpu-01.hostprofile.json']) {
    expect(withSuffix(`/hosts/${chosen}`)).toBe(expected);
  }
  expect(withSuffix('/hosts/v1.2')).toBe('/hosts/v1.2.hostprofile.json');
});
