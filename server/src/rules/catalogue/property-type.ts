import type { PropertyFact } from '../../catalogue/qemu.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type QemuContext } from '../define.ts';
import { flagIn } from './cpuFlag.ts';
import { driveFact, driveKey } from './driveScope.ts';
import { misfitOfJson } from './jsonTypes.ts';
import { misfitOfFlagLimit, misfitOfLimit, misfitOfSlots } from './limits.ts';
import { type Meant, meantQemu, nameIn, writeInstead } from './meant.ts';
import { calledInRefusal, misfitOfOwn, READ_ALONE } from './ownNumbers.ts';
import { misfitOfText, readsAlone, WITH_OWN_TEXTS } from './ownTexts.ts';
import { type Scope, scopesOf } from './scope.ts';
import { factsIn, foundIn } from './scopeKeys.ts';
import { askedOnce } from './soundOptions.ts';
import { type Misfit, misfitOf, misfitOfPlainInteger } from './values.ts';

/** Properties whose values other rules know more about, or that have a form of their own. */
const OWNED = new Set(['addr', 'chassis', 'chassis_nr', 'slot', 'bus_nr', 'numa_node']);

/** Options in which a number never has a suffix. */
const WITHOUT_SUFFIX: ReadonlySet<string> = new Set(['blockdev', 'audiodev']);

/** Options with words or numbers that are not read as the schema says. */
const READ_IN_THEIR_WAY: ReadonlySet<string> = new Set([...READ_ALONE, ...WITH_OWN_TEXTS]);

const OF_BACKEND = new Set([
  'align',
  'host-nodes',
  'hugetlbsize',
  'offset',
  'policy',
  'prealloc-threads',
  'size',
]);

export default defineRule({
  name: 'property-type',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'The value of a property is none that its type takes.',
  sources: [
    { title: "QEMU: expects 'on' or 'off'", ref: 'qapi/qapi-util.c: qapi_bool_parse' },
    { title: 'QEMU: does not accept value', ref: 'qapi/qapi-visit-core.c: input_type_enum' },
    { title: 'QEMU: expects integer', ref: 'qapi/string-input-visitor.c, qapi/opts-visitor.c' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant) return;
    for (const scope of scopesOf(context, meant)) {
      // The numbers of -m are read in their own way.
      if (scope.option.name === 'm') continue;
      for (const { property, value, fact, misfit } of misfitsIn(scope)) {
        tell(context, scope.option, property.key, value, misfit, fact.values);
      }
    }
    checkFlags(context, meant);
    checkDrives(context, meant);
    for (const option of context.line.options) {
      if (READ_IN_THEIR_WAY.has(option.name) && !option.json) checkOwn(context, option);
    }
  },
});

interface Unfit {
  readonly property: Property;
  readonly value: Known<string>;
  readonly fact: PropertyFact;
  readonly misfit: Misfit;
}

const misfitsIn = foundIn((scope: Scope): readonly Unfit[] => {
  const found: Unfit[] = [];
  for (const { property, fact } of factsIn(scope)) {
    const unfit = fact === undefined || fact === 'own' ? undefined : unfitIn(scope, property, fact);
    if (unfit) found.push(unfit);
  }
  return found;
});

function unfitIn(scope: Scope, property: Property, fact: PropertyFact): Unfit | undefined {
  if (property.form === 'flag' || (OWNED.has(property.key) && !isBroken(property))) return undefined;
  if (scope.option.json) return misfitUnder(property, fact, () => misfitOfJson(scope, property, fact));
  if (readsAlone(scope.option, property.key)) return undefined;
  if (scope.kind === 'numa' && !fact.values) return undefined;
  if (scope.name.startsWith('memory-backend-') && OF_BACKEND.has(property.key)) return undefined;
  return misfitUnder(property, fact, (text) => misfitIn(scope, property, fact, text));
}

function misfitIn(scope: Scope, { key }: Property, fact: PropertyFact, text: string): Misfit | undefined {
  const isPlain = fact.type === 'int' && WITHOUT_SUFFIX.has(scope.kind);
  const ofType = isPlain ? misfitOfPlainInteger(text) : misfitOf(fact, text);
  return ofType ?? misfitOfLimit(scope.fact, key.slice(scope.prefix.length), text);
}

/** Nothing, or a number with a point in it, is none that any of these takes. */
const isBroken = ({ key, text }: Property): boolean =>
  key === 'numa_node' && text.plain !== undefined && /^(\d+\.\d+)?$/.test(text.plain);

/** Most values fit, and nobody asks where those stand. */
function misfitUnder(
  property: Property,
  fact: PropertyFact,
  judge: (text: string) => Misfit | undefined,
): Unfit | undefined {
  const { plain } = property.text;
  const misfit = plain === undefined ? undefined : judge(plain);
  return misfit && isKnown(property.value) ? { property, value: property.value, fact, misfit } : undefined;
}

/** Numbers of options that read them in their own way, and the accelerators of -machine. */
function checkOwn(context: QemuContext, option: Option): void {
  for (const { key, value, misfit, ofPcs } of ownMisfitsIn(option) ?? []) {
    if (!ofPcs || hasPcSlots(context)) tell(context, option, key, value, misfit, misfit.values);
  }
}

interface OwnMisfit {
  readonly key: string;
  readonly value: Known<string>;
  readonly misfit: Misfit;
  /** A limit that PCs have. */
  readonly ofPcs: boolean;
}

const ownMisfitsIn = askedOnce((option): readonly OwnMisfit[] | undefined => {
  const found = option.properties.flatMap((property) => ownMisfitOf(option, property) ?? []);
  return found.length > 0 ? found : undefined;
});

function ownMisfitOf(option: Option, property: Property): OwnMisfit | undefined {
  const { key, form } = property;
  const text = property.text.plain;
  if (text === undefined || form === 'flag') return undefined;
  const misfit =
    misfitOfOwn(option, key, text) ?? misfitOfText(option, key, text) ?? misfitOfAccel(option, key, text);
  const limit = misfit || option.name !== 'm' || key !== 'slots' ? undefined : misfitOfSlots(text);
  const found = misfit ?? limit;
  return found && isKnown(property.value)
    ? { key, value: property.value, misfit: found, ofPcs: limit !== undefined }
    : undefined;
}

/** A microvm never looks at them, and boards of other processors have limits of their own. */
const hasPcSlots = ({ guest }: QemuContext): boolean =>
  /^(q35|i440fx)$/.test(effective(guest.machine.type)?.family ?? '');

function misfitOfAccel({ name }: Option, key: string, text: string): Misfit | undefined {
  if ((name !== 'machine' && name !== 'M') || key !== 'accel' || text !== '') return undefined;
  return { fact: 'is the name of an accelerator', refusal: 'no accelerator found', whole: true };
}

/** Numbers and switches of -drive itself; its words are read in their own way. */
function checkDrives(context: QemuContext, { catalogue }: Meant): void {
  const options = optionsNamed(context.line, 'drive');
  const known = options.length > 0 ? catalogue.fact('parameters', 'drive') : undefined;
  for (const option of known ? options : []) {
    for (const property of option.properties) {
      const fact = property.form === 'keyval' ? driveFact(known, property.key) : undefined;
      if (!fact || (fact.type !== 'boolean' && fact.type !== 'number')) continue;
      const found = misfitUnder(property, fact, (text) => misfitOf(fact, text));
      if (found) tell(context, option, property.key, found.value, found.misfit);
    }
  }
}

function checkFlags(context: QemuContext, { catalogue }: Meant): void {
  const option = optionsNamed(context.line, 'cpu').at(-1);
  const written = option?.properties.filter(({ form }) => form === 'keyval') ?? [];
  const model = option && written.length > 0 ? nameIn(option.head) : undefined;
  const flags = model && catalogue.cpuModel(model.value)?.properties;
  for (const property of flags ? written : []) {
    const fact = flags?.get(flagIn(property) ?? '');
    if (fact === undefined) continue;
    const isJudged = !readsAlone(option!, property.key);
    const found = misfitUnder(
      property,
      fact,
      (text) =>
        (isJudged ? misfitOfFlag(fact, text) : undefined) ??
        misfitOfFlagLimit(property.key, text, context.target.qemu),
    );
    if (found) tell(context, option!, property.key, found.value, found.misfit, fact.values);
  }
}

/** A switch, or a number as the object model reads it; what else there is has forms of its own. */
const misfitOfFlag = (fact: PropertyFact, text: string): Misfit | undefined =>
  fact.type === 'bool' || fact.type === 'uint32' || fact.type === 'uint64' || fact.type === 'uint8'
    ? misfitOf(fact, text)
    : fact.type === 'int' && !/^\s*[+-]?(0x[0-9a-f]+|\d+)$/i.test(text)
      ? { fact: 'is a whole number', refusal: 'expects int64' }
      : undefined;

function tell(
  context: QemuContext,
  option: Option,
  key: string,
  value: Known<string>,
  { fact, refusal, whole, instead }: Misfit,
  values: readonly string[] = [],
): void {
  const wanted = instead ?? mostSimilar(value.value, values);
  // Of lists QEMU names the last part alone.
  const last = refusal.startsWith('does not accept') ? key.replace(/^.*\./, '') : key;
  const named = option.name === 'drive' ? driveKey(last) : last;
  context.report({
    message: `${key} ${fact}, not "${value.value}": QEMU stops with "${whole ? refusal : `Parameter '${calledInRefusal(option, named)}' ${refusal}`}".`,
    at: value.span,
    about: option,
    fixes: wanted === undefined ? [] : writeInstead(value, wanted),
  });
}
