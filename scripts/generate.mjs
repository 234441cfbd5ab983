// Writes what derives from the rules: one record per rule file is all that a rule is.
//
//   node scripts/generate.mjs           the rule index, the settings in package.json, the schemas of virtlens.json and of
//                                       host profiles, docs/rules/*.md
//   node scripts/generate.mjs --index   only the rule index (server/src/generated/rules.ts, not committed)
//   node scripts/generate.mjs --check   writes nothing committed; exits 1 and names what is out of date
import * as fs from 'node:fs';
import * as path from 'node:path';
import { importSource } from './lib/importSource.mjs';
import { SUMMARY } from './lib/ruleTemplate.mjs';
import { configSchema, editorSettings } from './lib/settings.mjs';

const root = path.resolve(import.meta.dirname, '..');
const rulesFolder = path.join(root, 'server', 'src', 'rules');
const generated = path.join(root, 'server', 'src', 'generated');

/** Every file in a topic's folder that is named like a rule. Helpers have camelCase names. */
function ruleFiles() {
  return fs
    .readdirSync(rulesFolder, { recursive: true })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)+\.ts$/.test(file))
    .sort((a, b) => path.basename(a).localeCompare(path.basename(b)));
}

/** A helper's name on what is a rule: it would be in no list, and nobody would notice. */
function misnamedRules() {
  const isRule = (file) =>
    fs.readFileSync(path.join(rulesFolder, file), 'utf8').includes('\nexport default defineRule(');
  const known = new Set(ruleFiles());
  return fs
    .readdirSync(rulesFolder, { recursive: true })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !known.has(file) && isRule(file))
    .map(
      (file) => `rules/${file} declares a rule, and a rule's file has a name of two words at least: a-b.ts`,
    );
}

/** What is wrong with the records, a line each. */
function faultsOf({ rules }) {
  const fileOf = new Map(ruleFiles().map((file) => [path.basename(file, '.ts'), file]));
  const names = new Set(rules.map(({ name }) => name));
  return [...fileOf].flatMap(([wanted, file], i) => {
    const { name, topic, reads, summary, sources, explains = [] } = rules[i];
    return [
      ...(name === wanted ? [] : [`its name is ${name}`]),
      ...(fs.existsSync(scenarioPage(wanted)) ? [] : [`it has no page, test/rules/${wanted}.md`]),
      ...(file.startsWith(`${topic}/`) ? [] : [`its topic is ${topic}`]),
      ...(sources.length > 0 || reads === 'suppressions'
        ? []
        : ['it has no source: where in the real program was the condition read?']),
      ...(summary === SUMMARY ? ['its summary is still that of the template'] : []),
      ...explains.filter((other) => !names.has(other)).map((other) => `there is no ${other} to explain`),
    ].map((fault) => `rules/${file}: ${fault}`);
  });
}

function stopAt(faults) {
  if (faults.length === 0) return;
  console.error(faults.join('\n'));
  process.exit(1);
}

const identifier = (file) => path.basename(file, '.ts').replace(/-(.)/g, (_, letter) => letter.toUpperCase());

function ruleIndex() {
  const files = ruleFiles();
  const imports = files.map((file) => `import ${identifier(file)} from '../rules/${file}';`);
  return [
    '// Written by scripts/generate.mjs from the files in server/src/rules. Not committed.',
    "import type { Rule } from '../rules/define.ts';",
    ...imports,
    '',
    `export const rules: readonly Rule[] = [${files.map(identifier).join(', ')}];`,
    '',
  ].join('\n');
}

function writeIfChanged(file, text) {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return false;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return true;
}

/** The rules' records, the presets, and the schema of host profiles. */
const loadRecords = () =>
  importSource(`
    export { rules } from './generated/rules.ts';
    export { languagesOf } from './rules/define.ts';
    export { DEFAULT_PRESET, PRESETS } from './service/presets.ts';
    export { profileSchema } from './host/jsonSchema.ts';`);

const LANGUAGES = { qemu: 'QEMU', libvirt: 'libvirt' };

const scenarioPage = (name) => path.join(root, 'test', 'rules', `${name}.md`);

/** The prose of a scenario page, without the fences that only the tests read. */
function proseOf(name) {
  const file = scenarioPage(name);
  const text = fs.readFileSync(file, 'utf8');
  return text
    .replace(/^# .*\n+/, '')
    .replace(/^```expect\n[\s\S]*?^```\n/gm, '')
    .replace(/^```(sh|xml)[^\n]*$/gm, '```$1')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function rulePage(rule, languages) {
  const sources = rule.sources.map(({ title, ref }) => `* ${title} (\`${ref}\`)`);
  return [
    `# ${rule.name}`,
    '',
    rule.summary,
    '',
    `*${rule.severity}* · ${rule.topic} · ${languages.map((language) => LANGUAGES[language]).join(' and ')} · since ${rule.since}`,
    '',
    proseOf(rule.name),
    '',
    ...(sources.length > 0 ? ['## Sources', '', ...sources, ''] : []),
  ].join('\n');
}

const toJson = (value) => `${JSON.stringify(value, null, 2)}\n`;

function manifest(records) {
  const json = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  json.contributes.configuration = { title: 'VirtLens', properties: editorSettings(records) };
  return toJson(json);
}

const [mode] = process.argv.slice(2);
stopAt(misnamedRules());
writeIfChanged(path.join(generated, 'rules.ts'), ruleIndex());
if (mode !== '--index') {
  const records = await loadRecords();
  stopAt(faultsOf(records));
  const files = new Map([
    [path.join(root, 'package.json'), manifest(records)],
    [path.join(root, 'schemas', 'virtlens.schema.json'), toJson(configSchema(records))],
    [path.join(root, 'schemas', 'hostprofile.schema.json'), toJson(records.profileSchema())],
  ]);
  const docs = path.join(root, 'docs', 'rules');
  for (const rule of records.rules) {
    files.set(path.join(docs, `${rule.name}.md`), rulePage(rule, records.languagesOf(rule)));
  }
  const stale = fs.existsSync(docs)
    ? fs
        .readdirSync(docs)
        .map((name) => path.join(docs, name))
        .filter((file) => !files.has(file))
    : [];
  if (mode === '--check') {
    const differ = [...files].filter(
      ([file, text]) => !fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text,
    );
    const wrong = [...differ.map(([file]) => file), ...stale].map((file) => path.relative(root, file));
    if (wrong.length > 0) {
      console.error(`out of date, run npm run generate:\n${wrong.map((file) => `  ${file}`).join('\n')}`);
      process.exitCode = 1;
    }
  } else {
    for (const [file, text] of files) writeIfChanged(file, text);
    for (const file of stale) fs.rmSync(file);
  }
}
