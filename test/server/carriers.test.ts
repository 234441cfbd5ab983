import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { onlyRules, start, withServer } from './support.ts';

withServer();

const RUN = 'qemu-system-x86_64 -accel kvm -m 1G -smp 4,cores=3';

const settings = () => ({ rules: onlyRules('smp-product-mismatch') });

async function rangesIn(uri: string, languageId: string, text: string, options: unknown = {}) {
  const { client } = await start({ settings, options });
  client.notify('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  const { items } = await client.request<{ items: { range: unknown }[] }>('textDocument/diagnostic', {
    textDocument: { uri },
  });
  return items.map(({ range }) => range);
}

const at = (line: number, character: number) => ({
  start: { line, character },
  end: { line, character: character + 1 },
});

const COLUMN = RUN.indexOf('4,');

test.each([
  ['file:///notes', 'markdown', `# qemu\n~~~bash\n$ ${RUN}\n~~~\n`, [at(2, 2 + COLUMN)]],
  ['file:///rules', 'makefile', `run:\n\t@${RUN}\n`, [at(1, 2 + COLUMN)]],
  ['file:///vm.service', 'ini', `[Service]\nExecStart=${RUN}\n`, [at(1, 10 + COLUMN)]],
  ['file:///vm.conf', 'ini', `[Service]\nExecStart=${RUN}\n`, []],
  ['untitled:Untitled-1', 'systemd-unit-file', `ExecStart=${RUN}\n`, [at(0, 10 + COLUMN)]],
  // What the user says the language is counts for more than the name.
  ['file:///run.md', 'shellscript', `${RUN}\n`, [at(0, COLUMN)]],
])('%s, %s', async (uri, languageId, text, expected) => {
  expect(await rangesIn(uri, languageId, text)).toEqual(expected);
});

test('what a script sources is read only where the workspace is trusted', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-sourced-'));
  try {
    fs.writeFileSync(path.join(folder, 'vars.sh'), 'SMP=4\n');
    const uri = pathToFileURL(path.join(folder, 'run.sh')).href;
    const text = '. ./vars.sh\nqemu-system-x86_64 -accel kvm -m 1G -smp $SMP,cores=3\n';
    expect(await rangesIn(uri, 'shellscript', text)).toEqual([]);
    expect(await rangesIn(uri, 'shellscript', text, { trusted: true })).toHaveLength(1);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
