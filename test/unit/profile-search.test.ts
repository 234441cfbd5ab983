import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProfileSearch } from '../../server/src/lsp/profileSearch.ts';

let folder: string;
let search: ProfileSearch;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-search-'));
  search = new ProfileSearch();
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(name: string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, '{}');
  return file;
}

it('finds profiles at any depth, by their name', async () => {
  const files = ['a.hostprofile.json', 'deep/down/b.hostprofile.json'].map(write);
  write('hostprofile.json');
  write('a.hostprofile.json.bak');
  fs.mkdirSync(path.join(folder, 'folder.hostprofile.json'));
  expect([...(await search.in(folder))].sort()).toEqual(files.sort());
  expect(await search.in(path.join(folder, 'deep'))).toEqual([files[1]]);
});

it('passes over what tools keep for themselves, and links, which may lead anywhere', async () => {
  write('.git/a.hostprofile.json');
  write('node_modules/x/b.hostprofile.json');
  fs.mkdirSync(path.join(folder, 'in'));
  fs.symlinkSync(
    path.join(folder, 'node_modules/x/b.hostprofile.json'),
    path.join(folder, 'in/c.hostprofile.json'),
  );
  fs.symlinkSync(path.join(folder, 'node_modules'), path.join(folder, 'in/linked'));
  expect(await search.in(folder)).toEqual([]);
});

it('knows what it found until it is told to forget', async () => {
  const file = write('a.hostprofile.json');
  expect(await search.in(folder)).toEqual([file]);
  fs.rmSync(file);
  expect(await search.in(folder)).toEqual([file]);
  search.forget();
  expect(await search.in(folder)).toEqual([]);
});

it('says nothing of a folder that is gone, or too large to be searched whole', async () => {
  expect(await search.in(path.join(folder, 'gone'))).toEqual([]);
  const file = write('a.hostprofile.json');
  const make = (i: number) => fs.mkdirSync(path.join(folder, `${i}`));
  for (let i = 1; i < 1000; i++) make(i);
  expect(await search.in(folder)).toEqual([file]);
  make(1000);
  search.forget();
  expect(await search.in(folder)).toEqual([]);
});
