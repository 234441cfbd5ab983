import { describe, expect, it } from 'vitest';
import { checkProfile } from '../../server/src/host/check.ts';
import { importCapabilities } from '../../server/src/host/import/capabilities.ts';
import type { Imported } from '../../server/src/host/import/document.ts';
import { importNodeDevices } from '../../server/src/host/import/nodedev.ts';
import { merge } from '../../server/src/host/merge.ts';
import { HostProfile } from '../../server/src/host/profile.ts';
import { corpus, filesIn, isThere, type SharedFile } from '../lib/shared.ts';

const files = filesIn(corpus, 'host-caps');

const read = ({ name, text }: SharedFile): Imported =>
  name.startsWith('nodedev') ? importNodeDevices(text, name) : importCapabilities(text, name);

describe.skipIf(!isThere(corpus, 'host-caps'))('documents of real hosts', () => {
  it('are all read without an error', () => {
    expect(files.length).toBeGreaterThan(80);
    const errors = files
      .flatMap((file) => read(file).problems)
      .filter(({ severity }) => severity === 'error');
    expect(errors).toEqual([]);
  });

  it('give a note only where a document lists no nodes, or more pages than memory', () => {
    const notes = files
      .flatMap((file) => read(file).problems)
      .map(({ file, message }) => ({ file, message }));
    const others = notes.filter(
      ({ message }) =>
        !/No host nodes are listed|virsh domcapabilities|Huge pages of \d+ MiB are more/.test(message),
    );
    expect(others).toEqual([]);
  });

  it.each(files.filter(({ name }) => name.startsWith('vircaps')))('$name gives a sound profile', (file) => {
    const { facts } = read(file);
    const { profile } = merge([facts]);
    expect(HostProfile.safeParse(profile).error).toBeUndefined();
    expect(checkProfile(profile)).toEqual([]);
    // Every CPU and every node of the document arrives.
    expect(facts.cpus).toHaveLength(file.text.match(/<cpu id=/g)!.length);
    expect(facts.nodes).toHaveLength(file.text.match(/<cell id=/g)!.length);
  });

  it.each(files.filter(({ text }) => text.includes("<capability type='pci'>")))(
    '$name gives its device',
    (file) => {
      const [device, ...others] = read(file).facts.pci ?? [];
      const name = /<name>pci_(\w+)_(\w+)_(\w+)_(\w+)<\/name>/.exec(file.text)!;
      expect(device!.address).toBe(`${name[1]}:${name[2]}:${name[3]}.${name[4]}`);
      expect(others).toEqual([]);
    },
  );
});
