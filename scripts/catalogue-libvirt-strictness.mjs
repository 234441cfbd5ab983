// Finds out which mistakes libvirt's parser refuses and which it passes over, and stores that in the catalogue.
//
//   npm run catalogue:libvirt-strictness -- <version> <folder of domains>...
//
// The version is that of the libvirt installed here, and its schema must be stored. The domains are the places where
// mistakes are tried, one by one: the more of libvirt they use, the more is found out; those of libvirt's own tests
// (tests/qemuxml2argvdata, tests/qemuxml2xmloutdata) do well. A private libvirtd is started and defines some ten thousand
// domains, which takes a minute or two; nothing is ever started in it.
import fs from 'node:fs';
import path from 'node:path';
import { loadModules } from './lib/catalogue/libvirt/modules.mjs';
import { asProbe, probeName, Sites } from './lib/catalogue/libvirt/sites.mjs';
import { writeStrictness } from './lib/catalogue/libvirt/store.mjs';
import { tabulate, wordsKnown } from './lib/catalogue/libvirt/strictness.mjs';
import { askDefine } from './lib/catalogue/libvirt/virsh.mjs';

/** In so many domains each mistake is tried, as what is refused may hang on what else is there. */
const TRIES = 3;

/** What those domains lack, or have beside newer things only, which keeps them from being accepted. */
const OWN = path.join(import.meta.dirname, 'lib', 'catalogue', 'libvirt', 'domains');

const [version, ...folders] = process.argv.slice(2);
if (!/^\d+\.\d+$/.test(version ?? '') || folders.length === 0) {
  console.error('usage: npm run catalogue:libvirt-strictness -- <version> <folder of domains>...');
  process.exit(2);
}

const root = path.resolve(import.meta.dirname, '..');
const modules = await loadModules(root, [
  'server/src/syntax/xml/parse',
  'server/src/syntax/xml/query',
  'server/src/catalogue/schema/grammar',
  'server/src/catalogue/schema/validate',
  'server/src/catalogue/schema/context',
  'server/src/catalogue/schema/lookup',
  'server/src/catalogue/schema/leaves',
  'test/oracles/libvirtDaemon',
  'test/agreement/domains',
]);

/** A daemon that is there when it is needed, also after a domain has crashed it. */
class Daemons {
  #daemon;

  async uri() {
    this.#daemon ??= await modules.launchDaemon();
    if (this.#daemon.failure) throw new Error(this.#daemon.failure);
    return this.#daemon.uri;
  }

  async restart() {
    await this.end();
    await this.uri();
  }

  async end() {
    if (this.#daemon?.uri) await modules.endDaemon(this.#daemon);
    this.#daemon = undefined;
  }
}

const readDomains = (folder) =>
  fs
    .readdirSync(folder)
    .filter((file) => file.endsWith('.xml'))
    .map((file) => asProbe(fs.readFileSync(path.join(folder, file), 'utf8')))
    .filter((text) => text.includes(probeName));

/** Mistakes by place and by the types around it, in the shortest domains first. */
function probesIn(domains, sites) {
  const tried = new Map();
  const probes = [];
  for (const domain of domains.toSorted((a, b) => a.length - b.length)) {
    for (const site of sites.of(domain)) {
      const id = `${site.kind} ${site.context}`;
      const times = tried.get(id) ?? 0;
      if (times >= TRIES) continue;
      tried.set(id, times + 1);
      const mutant = site.mutant();
      if (mutant) probes.push({ ...site, ...mutant });
    }
  }
  return probes;
}

/** The same with words of other lists, once at each place that refuses a word of none. */
function wordProbesIn(probes) {
  const places = new Set();
  return probes
    .filter(({ kind, said }) => kind === 'value' && typeof said === 'string')
    .flatMap((probe) => {
      if (places.has(probe.key)) return [];
      places.add(probe.key);
      return probe.others().map((other) => ({ ...probe, ...other, of: probe }));
    });
}

const askAll = async (probes) => {
  const said = await askDefine(
    daemons,
    probes.map(({ text }) => text),
    probeName,
  );
  return probes.map((probe, i) => ({ ...probe, said: said[i] }));
};

const daemons = new Daemons();
try {
  const sites = new Sites(modules, version);
  const domains = [...Object.values(modules.DOMAINS).map(asProbe), ...[...folders, OWN].flatMap(readDomains)];
  const accepted = await askDefine(daemons, domains, probeName);
  const bases = domains.filter((text, i) => accepted[i] === undefined && sites.isValid(text));
  console.log(`${bases.length} of ${domains.length} domains are valid and accepted`);
  const probes = await askAll(probesIn(bases, sites));
  const ofWords = await askAll(wordProbesIn(probes));
  const table = tabulate(probes);
  table.value.knows = wordsKnown(ofWords);
  const file = writeStrictness(root, version, table);
  console.log(`${probes.length + ofWords.length} mistakes tried; stored in ${path.relative('.', file)}`);
  for (const [kind, { refuses, accepts }] of Object.entries(table)) {
    console.log(
      `  ${kind}: refused in ${Object.keys(refuses).length} places, passed over in ${accepts.length}`,
    );
  }
} finally {
  await daemons.end();
}
