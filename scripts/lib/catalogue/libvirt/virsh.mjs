// Asks a libvirt to define domains, thousands in one virsh process.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const MARK = '@@virtlens';

/** So many questions are put down before the first is asked: after a crash the rest of them is put down anew. */
const AT_ONCE = 400;

/** What a connection says once the daemon behind it is gone. */
const LOST = /End of file while reading data|client socket is closed|[Dd]isconnected from|failed to connect/;

/** An answer of a daemon that a domain has crashed. */
export const CRASHED = Symbol('crashed');

/**
 * What `virsh define` (without --validate) says of each text: undefined where it accepts it, its message where it
 * refuses, CRASHED where it never answers again. The domains must all have one name and UUID, so that each replaces the
 * one before.
 * @param daemons gives a daemon that answers: `uri()`, and `restart()` after a crash
 */
export async function askDefine(daemons, texts, name) {
  const answers = [];
  while (answers.length < texts.length) {
    const next = texts.slice(answers.length, answers.length + AT_ONCE);
    const said = askOnce(await daemons.uri(), next, name);
    answers.push(...said);
    if (said.at(-1) === CRASHED) await daemons.restart();
    else if (said.length === 0) throw new Error('virsh answers nothing');
  }
  return answers;
}

/** The same of one daemon: the answers up to its crash. */
function askOnce(uri, texts, name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtlens-define-'));
  try {
    const commands = texts.map((text, i) => {
      fs.writeFileSync(path.join(folder, `${i}.xml`), text);
      return `echo --err ${MARK} ${i}; define ${path.join(folder, `${i}.xml`)}`;
    });
    const end = `echo --err ${MARK} ${texts.length}; undefine ${name} --nvram`;
    const run = spawnSync('virsh', ['-q', '-c', uri], {
      input: [...commands, end, ''].join('\n'),
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 1 << 30,
    });
    const parts = run.stderr.toString().split(new RegExp(`^(?:error: )?${MARK} (\\d+)\\n`, 'm'));
    const answers = [];
    for (let i = 2; i < parts.length && answers.length < texts.length; i += 2) {
      if (LOST.test(parts[i])) return [...answers, CRASHED];
      answers.push(/Failed to define domain.*\nerror: ([\s\S]*?)\s*$/.exec(parts[i])?.[1]);
    }
    return answers;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
