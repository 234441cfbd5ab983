import { ExcerptBuilder } from '../../text/excerptBuilder.ts';
import type { Carried } from './carried.ts';
import { isContinued, isSuppression, type Line, linesOf } from './lines.ts';

/** The languages of fences, by the first word behind the backquotes. */
type Language = 'shell' | 'session' | 'xml' | 'unsaid';

const LANGUAGES: Readonly<Record<string, Language>> = {
  '': 'unsaid',
  bash: 'shell',
  sh: 'shell',
  shell: 'shell',
  zsh: 'shell',
  console: 'session',
  'shell-session': 'session',
  shellsession: 'session',
  terminal: 'session',
  xml: 'xml',
};

const FENCE = /^([ \t]*)(`{3,}|~{3,})[ \t]*\{?\.?([\w-]*)/;

/** What a shell prints when it waits for a command: `$ `, `# `, `[root@host ~]# `. */
const PROMPT = /^[ \t]*(?:\[?[\w.-]+@[\w.-]+[^$#%]*)?[$#%][ \t]+(?!virtlens-ignore\b)/;

/** The same without what could be a comment: also in a fence that says to be a script. */
const DOLLAR = /^[ \t]*(?:\[?[\w.-]+@[\w.-]+[^$#%]*)?\$[ \t]+/;

/** A command that starts QEMU and says with what: in a fence of no language only these are certainly shell. */
const QEMU_COMMAND =
  /^[ \t]*(?:(?:sudo|exec|env|nohup|[A-Za-z_]\w*=\S*)[ \t]+)*(?:[\w.~$/{}-]*\/)?(?:qemu-system-[\w-]+|qemu-kvm|kvm)[ \t]+(?:-|\\$)/;

const ROOT_PROMPT = /^[ \t]*#[ \t]+/;

const DOMAIN = /^\s*<domain[\s>]/;

/** Before each further line of a command. */
const SECOND_PROMPT = /^[ \t]*>[ \t]/;

/**
 * What documentation leaves to the reader: `<size>`, which a shell would take for redirections, and `...` or
 * `[options]` for more arguments.
 */
const LEFT_OPEN = /<[A-Za-z](?:[\w .:/|-]*[\w.])?>|(?<=\s)(?:\.{3}|…|\[[A-Za-z.][\w .-]*\])(?=\s|$)/g;

/** Three dots among elements, also in a comment, and the start tags of domains. */
const LEFT_OUT = /<!--\s*(?:\.{3}|…)\s*-->|(?<=[\s>])(?:\.{3}|…)(?=[\s<])|<domain\b[^>]*(?<!\/)>/g;

/** Reads the fences of a Markdown document that hold shell or XML; each is a text of its own. */
export function readFences(text: string): Carried[] {
  const carried: Carried[] = [];
  const lines = linesOf(text);
  for (let i = 0; i < lines.length; i++) {
    const open = FENCE.exec(lines[i]!.text);
    if (!open) continue;
    const close = new RegExp(`^[ \\t]*${open[2]![0]}{${open[2]!.length},}[ \\t]*$`);
    const first = i + 1;
    for (i = first; i < lines.length && !close.test(lines[i]!.text); ) i++;
    const language = open[3]!.toLowerCase();
    if (!Object.hasOwn(LANGUAGES, language)) continue;
    carried.push(readFence(text, lines.slice(first, i), LANGUAGES[language]!));
  }
  return carried;
}

function readFence(text: string, lines: readonly Line[], language: Language): Carried {
  const out = new ExcerptBuilder(text);
  const [first, last] = [lines[0], lines.at(-1)];
  if (language === 'xml' || (language === 'unsaid' && DOMAIN.test(first?.text ?? ''))) {
    if (first && last) copyDomains(out, text, first.start, last.next);
    return { dialect: 'libvirt', excerpt: out.build() };
  }
  const isSession = language === 'session' || lines.some((line) => DOLLAR.test(line.text));
  if (language === 'shell' && !isSession) {
    for (const line of lines) copyCommands(out, line, line.start);
    return { dialect: 'qemu', excerpt: out.build() };
  }
  if (isSession) copySession(out, lines, language === 'session' ? PROMPT : DOLLAR);
  else copyQemu(out, lines);
  // Between commands stands what they print: only what continues a command can be written into it.
  return {
    dialect: 'qemu',
    excerpt: out.build((newText) => (/(?<!\\)\n/.test(newText) ? undefined : newText)),
  };
}

/**
 * Pages show as much of a domain as they speak of, with three dots for the rest or without. One that lacks what every
 * domain has is read as a template that may put anything into it.
 */
function copyDomains(out: ExcerptBuilder, text: string, start: number, end: number): void {
  const body = text.slice(start, end);
  const isWhole = ['<name', '<memory', '<os', '<devices'].every((part) => body.includes(part));
  let at = start;
  for (const { 0: found, index } of body.matchAll(LEFT_OUT)) {
    const isTag = found.startsWith('<domain');
    if (isTag && isWhole) continue;
    const from = start + index + (isTag ? found.length : 0);
    out.copy(at, from);
    at = start + index + found.length;
    out.put('{{ left_open }}', from, at);
  }
  out.copy(at, end);
}

/** The commands of a session, without the prompts and without what the commands print. */
function copySession(out: ExcerptBuilder, lines: readonly Line[], prompt: RegExp): void {
  const hasPrompts = lines.some((line) => prompt.test(line.text));
  let goesOn = false;
  for (const line of lines) {
    const mark = (goesOn ? SECOND_PROMPT : prompt).exec(line.text)?.[0];
    if (hasPrompts && !goesOn && mark === undefined && !/^\s*#\s*virtlens-ignore\b/.test(line.text)) continue;
    copyCommands(out, line, line.start + (mark?.length ?? 0));
    goesOn = isContinued(line.text);
  }
}

/** The commands of a fence that start QEMU, with the lines that continue them. */
function copyQemu(out: ExcerptBuilder, lines: readonly Line[]): void {
  let goesOn = false;
  for (const line of lines) {
    const prompt = goesOn ? undefined : ROOT_PROMPT.exec(line.text)?.[0];
    if (!goesOn && !QEMU_COMMAND.test(line.text.slice(prompt?.length ?? 0)) && !isSuppression(line.text))
      continue;
    copyCommands(out, line, line.start + (prompt?.length ?? 0));
    goesOn = isContinued(line.text);
  }
}

/** A line of shell, with what is left open in it as variables that nothing assigns. */
function copyCommands(out: ExcerptBuilder, line: Line, start: number): void {
  let at = start;
  const code = /^\s*#/.test(line.text) ? '' : line.text;
  for (const match of code.matchAll(LEFT_OPEN)) {
    const from = line.start + match.index;
    if (from < at) continue;
    out.copy(at, from);
    at = from + match[0].length;
    // One value in the first case, any number of them in the others.
    out.put(match[0].startsWith('<') ? '"${left_open}"' : '${left_open}', from, at);
  }
  out.copy(at, line.next);
}
