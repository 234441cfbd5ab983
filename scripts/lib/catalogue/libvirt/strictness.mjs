// What libvirt's parser said to many single mistakes, as a table: where it refuses one, where it passes over it.
import { numberKinds, WORD } from './sites.mjs';
import { CRASHED } from './virsh.mjs';

/** So many places of one name must agree before others of that name are thought to be read by the same code. */
const ENOUGH_PLACES = 3;

/** What libvirt puts before its messages, which says nothing of the mistake. */
const PREFIX = /^(?:XML error|unsupported configuration|internal error|invalid argument|operation failed): /;

/** A refusal of a mistake itself, and not of something that it leads to, speaks so. */
const OF_VALUE = /invalid|unknown|unsupported|malformed|pars|must be|expected|characters|not valid|wrong/i;
/** A number that was read leads to something that does not fit: what is said of that hangs on what else is there. */
const OF_WHAT_FOLLOWS =
  /\bPCI\b|\bUSB\b|\bIDE\b|SATA|\bROM\b|NUMA node|at least|in range|out of range|power of|multiple of|too large|too big|maximum|must be (?:specified|equal|greater|smaller)|Memory size|not valid for|cannot find|require|context|allowed only|autoselection/i;
const OF_LACK =
  /missing|only one|required|requires|need|no (?:type|source)|must (?:be (?:specified|set)|contain|have)|not? (?:specified|define)|without|unknown|invalid|does not/i;

/**
 * @param probes { kind, key, context, wrong, attribute, element } with `said`: undefined, a message, or CRASHED
 * @returns {{ [kind: string]: { refuses: object, accepts: string[] } }} the messages by place; '' for none that is
 * always the same
 */
export function tabulate(probes) {
  const kinds = {};
  for (const kind of new Set(probes.map((probe) => probe.kind))) {
    const verdicts = verdictsOf(probes.filter((probe) => probe.kind === kind && probe.said !== CRASHED));
    kinds[kind] = split(generalise(verdicts));
  }
  return kinds;
}

/** By place; by typed place where types differ. What differs beyond that is left out: it hangs on something else. */
function verdictsOf(probes) {
  const verdicts = new Map();
  for (const [key, ofKey] of groups(probes, (probe) => probe.key)) {
    const whole = verdictOf(ofKey);
    if (whole !== undefined) verdicts.set(key, whole);
    else {
      for (const [context, ofContext] of groups(ofKey, (probe) => probe.context)) {
        const verdict = verdictOf(ofContext);
        if (verdict !== undefined) verdicts.set(context, verdict);
      }
    }
  }
  return verdicts;
}

/** { refuses: message or '' } or { accepts: true }; undefined where the probes differ. */
function verdictOf(probes) {
  const answers = probes.map(({ said }) => said);
  if (answers.every((said) => said === undefined)) return { accepts: true };
  if (!probes.every(isRefusal)) return undefined;
  const templates = new Set(probes.map(templateOf));
  // What is said of a number in several ways hangs on more than the number.
  if (templates.size > 1 && numberKinds.includes(probes[0].kind)) return undefined;
  return { refuses: templates.size === 1 ? [...templates][0] : '' };
}

/**
 * Words that the parser knows although the schema has them elsewhere only: it takes them, or refuses them otherwise than
 * a word of no list.
 * @param probes with `of`, the probe of a word of no list at the same place
 * @returns {{ [place: string]: string }} the words, with blanks between
 */
export function wordsKnown(probes) {
  const known = probes.filter(
    ({ said, wrong, of }) => said !== CRASHED && said !== of.said.replaceAll(of.wrong, wrong),
  );
  return Object.fromEntries(
    [...groups(known, ({ key }) => key)].map(([key, words]) => [
      key,
      words.map(({ wrong }) => wrong).join(' '),
    ]),
  );
}

function isRefusal({ kind, said, wrong }) {
  if (said === undefined) return false;
  const message = said.replace(PREFIX, '');
  // Of a type that takes most words, a text that it does not take says little about the next one.
  if (kind === 'value') return wrong === WORD && (message.includes(wrong) || OF_VALUE.test(message));
  if (numberKinds.includes(kind)) return !OF_WHAT_FOLLOWS.test(message);
  return kind !== 'missing' || OF_LACK.test(message);
}

/** The message with its variable parts as $value, $attribute and $element; '' where it goes over several lines. */
function templateOf({ said, wrong, attribute, element }) {
  const message = said.replace(PREFIX, '');
  if (message.includes('\n') || message.includes('cause is unknown')) return '';
  let template = message;
  if (wrong.trim() !== '') template = template.replaceAll(wrong, '$value');
  if (attribute) template = template.replaceAll(`'${attribute}'`, "'$attribute'");
  return template.replaceAll(`'${element}'`, "'$element'").replace(": ''", ": '$value'");
}

/** What places of one name agree on is told once, as `*` and the last two parts of the place. */
function generalise(verdicts) {
  const result = new Map();
  for (const [short, entries] of groups([...verdicts], ([key]) => shortOf(key))) {
    const kinds = new Set(entries.map(([, verdict]) => JSON.stringify(verdict)));
    if (entries.length >= ENOUGH_PLACES && kinds.size === 1) result.set(short, entries[0][1]);
    else for (const [key, verdict] of entries) result.set(key, verdict);
  }
  return result;
}

const shortOf = (key) =>
  `*/${key
    .replace(/\[[^\]]*\]/g, '')
    .split('/')
    .at(-1)}`;

function split(verdicts) {
  const refuses = {};
  const accepts = [];
  for (const [key, verdict] of [...verdicts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (verdict.accepts) accepts.push(key);
    else refuses[key] = verdict.refuses;
  }
  return { refuses, accepts };
}

function groups(items, keyOf) {
  const result = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (result.has(key)) result.get(key).push(item);
    else result.set(key, [item]);
  }
  return result;
}
