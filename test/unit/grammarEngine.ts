// The engine and the grammars of the editor, to see what our injections make of a text.
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IRawGrammar } from 'vscode-textmate';

export const root = path.resolve(import.meta.dirname, '..', '..');

/** A piece of a line and its scopes, from the language inwards. */
export interface Token {
  readonly text: string;
  readonly scopes: readonly string[];
}

interface GrammarContribution {
  readonly path: string;
  readonly scopeName: string;
  readonly injectTo: readonly string[];
}

const readJson = (...parts: string[]) => JSON.parse(fs.readFileSync(path.join(...parts), 'utf8'));

export const contributions: readonly GrammarContribution[] = readJson(root, 'package.json').contributes
  .grammars;

/** Text of one of our grammar files. */
export const grammarText = (contribution: GrammarContribution): string =>
  fs.readFileSync(path.join(root, contribution.path), 'utf8');

/** The `language` grammar of an editor that the test bench has fetched, or undefined where there is none yet. */
export function editorGrammar(language: 'shellscript' | 'xml'): string | undefined {
  const cache =
    process.env.VIRTLENS_WORKBENCH_CACHE ??
    path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'virtlens-workbench');
  const file = { shellscript: 'shell-unix-bash.tmLanguage.json', xml: 'xml.tmLanguage.json' }[language];
  const editors = fs.existsSync(cache) ? fs.readdirSync(cache).sort().reverse() : [];
  return editors
    .map((editor) => path.join(cache, editor, 'vscode', 'extensions', language, 'syntaxes', file))
    .find((candidate) => fs.existsSync(candidate));
}

async function engine() {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  const { buffer, byteOffset, byteLength } = fs.readFileSync(wasm);
  await oniguruma.loadWASM(buffer.slice(byteOffset, byteOffset + byteLength));
  return {
    createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text: string) => new oniguruma.OnigString(text),
  };
}
const onigLib = engine();

/**
 * Returns a tokenizer for `scopeName`, whose grammar is given as JSON or as a file, with `injected` as the manifest contributes
 * them: by default all of ours.
 */
export async function tokenizer(
  scopeName: string,
  base: { readonly json: object } | { readonly file: string },
  injected = contributions,
) {
  const baseText = 'file' in base ? fs.readFileSync(base.file, 'utf8') : JSON.stringify(base.json);
  const texts = new Map<string, string>([
    [scopeName, baseText],
    ...injected.map((entry) => [entry.scopeName, grammarText(entry)] as const),
  ]);
  const registry = new textmate.Registry({
    onigLib,
    loadGrammar: async (name): Promise<IRawGrammar | null> => {
      const text = texts.get(name);
      return text === undefined ? null : textmate.parseRawGrammar(text, `${name}.json`);
    },
    getInjections: (name) =>
      injected.filter((entry) => entry.injectTo.includes(name)).map((entry) => entry.scopeName),
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (!grammar) throw new Error(`no grammar for ${scopeName}`);
  return (text: string): Token[] => {
    let state = textmate.INITIAL;
    return text.split('\n').flatMap((line) => {
      const result = grammar.tokenizeLine(line, state);
      state = result.ruleStack;
      return result.tokens.map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes,
      }));
    });
  };
}
