// The stored schemas: the newest in full, of each older one what differs from it.
import fs from 'node:fs';
import path from 'node:path';

const NAME = 'libvirtSchema';

export const storeOf = (root) => path.join(root, 'server', 'src', 'catalogue', 'data', `${NAME}.ts`);

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

const inOrder = (a, b) => {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  return left[0] - right[0] || left[1] - right[1];
};

/** All stored schemas by version; none where nothing is stored yet. */
export function readStore(file) {
  const schemas = new Map();
  if (!fs.existsSync(file)) return schemas;
  const [, text] = /String\.raw`([\s\S]*)`;\s*$/.exec(fs.readFileSync(file, 'utf8')) ?? [];
  if (text === undefined) throw new Error(`${file} is not as this program writes it`);
  const [[version, defines], ...older] = text.split(/^= /m).slice(1).map(readSection);
  for (const [name, differences] of older) {
    const all = { ...defines, ...differences };
    schemas.set(name, Object.fromEntries(Object.entries(all).filter(([, body]) => body !== null)));
  }
  return schemas.set(version, defines);
}

/** A version and its defines. */
function readSection(text) {
  const [version, ...lines] = text.trim().split('\n');
  const entries = lines.map((line) => {
    const blank = line.indexOf(' ');
    return [line.slice(0, blank), JSON.parse(line.slice(blank + 1))];
  });
  return [version, Object.fromEntries(entries)];
}

/** Writes schemas by version, one define a line. */
export function writeStore(file, schemas) {
  const versions = [...schemas.keys()].sort(inOrder);
  const version = versions.pop();
  const defines = schemas.get(version);
  const older = versions.map((name) => {
    const schema = schemas.get(name);
    const changed = Object.entries(schema).filter(([define, body]) => !same(body, defines[define]));
    const removed = Object.keys(defines).filter((define) => !(define in schema));
    return [name, Object.fromEntries([...changed, ...removed.map((define) => [define, null])])];
  });
  const sections = [[version, defines], ...older].map(
    ([name, content]) => `= ${name}\n${definesOf(content)}`,
  );
  const text = [
    '// Written by scripts/catalogue-libvirt.mjs: npm run catalogue:libvirt -- <schema folder> <version>',
    '/**',
    " * libvirt's schema of domains, a define a line: its name and its patterns as JSON, so that only what is asked for is read.",
    ' * Behind `= <version>` the newest version in full, then of each older one the defines that differ from it (null where it has',
    ' * none).',
    ' */',
    `export const ${NAME} = ${templateOf(sections.join('\n'))};`,
    '',
  ].join('\n');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

const definesOf = (defines) =>
  Object.keys(defines)
    .sort()
    .map((name) => `${name} ${JSON.stringify(defines[name])}`)
    .join('\n');

const linesOf = (defines) => {
  const lines = Object.keys(defines)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(defines[name])}`);
  return `{\n${lines.join(',\n')}\n}`;
};

/**
 * Puts right what schemas that were compiled elsewhere may have lost: the namespace of an element, taken from the same
 * define of another schema (without it `qemu:commandline` would be libvirt's own); and that defines of one name are a
 * choice, which shows where the first of them allows nothing.
 */
export function repairCompiled(schema, others) {
  const restore = (pattern, model) => {
    if (!Array.isArray(pattern) || !Array.isArray(model)) return pattern;
    const [head, name, ...rest] = pattern;
    const qualified = model[1];
    const lost = head === 'e' && typeof qualified === 'string' && qualified.endsWith(`}${name}`);
    return [
      head,
      lost ? qualified : restore(name, qualified),
      ...rest.map((part, i) => restore(part, model[i + 2])),
    ];
  };
  return Object.fromEntries(
    Object.entries(schema).map(([define, body]) => {
      if (body.length > 1 && same(body[0], ['notAllowed'])) return [define, [['|', ...body]]];
      const model = others.find(
        (other) => define in other && JSON.stringify(other[define]).includes('{http'),
      );
      return [define, model ? body.map((part, i) => restore(part, model[define][i])) : body];
    }),
  );
}

/** Writes what `tabulate` made; returns the file. */
export function writeStrictness(root, version, table) {
  const file = path.join(path.dirname(storeOf(root)), 'libvirtStrictness.ts');
  const messages = [...new Set(Object.values(table).flatMap(({ refuses }) => Object.values(refuses)))].sort();
  const kinds = Object.entries(table).map(([kind, { refuses, accepts, knows }]) => {
    const numbers = Object.entries(refuses).map(([key, message]) => [key, messages.indexOf(message)]);
    // What everybody passes over needs no list.
    const passed = kind === 'value' || kind === 'missing' ? accepts : [];
    const words = knows === undefined ? '' : `,"knows":${linesOf(knows)}`;
    return `${JSON.stringify(kind)}:{"refuses":${linesOf(Object.fromEntries(numbers))},"accepts":${listOf(passed)}${words}}`;
  });
  const json = `{"version":${JSON.stringify(version)},"messages":${listOf(messages)},${kinds.join(',\n')}}`;
  const text = [
    '// Written by scripts/catalogue-libvirt-strictness.mjs: npm run catalogue:libvirt-strictness -- <version> <domains>',
    '/**',
    " * What libvirt's parser does about single mistakes, as JSON: where it refuses them, with the number of its message ('' for",
    ' * one that is not always the same), and where it passes over them. Places are as `contextOf` writes them, with',
    ' * `@attribute`; `*` stands for any elements above.',
    ' */',
    `export const libvirtStrictness = ${templateOf(json)};`,
    '',
  ].join('\n');
  fs.writeFileSync(file, text);
  return file;
}

const listOf = (items) => `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;

/**
 * JSON as a template literal, in which only these two would mean something: its lines stay lines, so that a change of the data
 * can be read.
 */
function templateOf(json) {
  const text = json.replaceAll('`', '\\u0060').replaceAll('${', '\\u0024{');
  return text.includes('\\') ? `String.raw\`${text}\`` : `\`${text}\``;
}
