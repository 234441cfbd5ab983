import type { PropertyFact } from '../../catalogue/qemu.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { oncePer } from '../../values/oncePer.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type QemuContext } from '../define.ts';
import { flagIn } from './cpuFlag.ts';
import { type Meant, meantQemu, nameIn, writeInstead } from './meant.ts';
import { calledInRefusal, misfitOfOwn, READ_ALONE } from './ownNumbers.ts';
import { factsIn, type Scope, scopesOf } from './scope.ts';
import { type Misfit, misfitOf, misfitOfDrive } from './values.ts';

/** Properties whose values other rules know more about, or that have a form of their own. */
const OWNED = new Set(['addr', 'chassis', 'chassis_nr', 'slot', 'bus_nr', 'numa_node']);
const OF_BACKEND = new Set(['size', 'align', 'offset', 'hugetlbsize', 'policy', 'host-nodes']);

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
      // JSON has types of its own, and so have the numbers of -numa and -m.
      if (scope.option.json || scope.option.name === 'm') continue;
      for (const { property, value, fact, misfit } of misfitsIn(scope)) {
        tell(context, scope.option, property.key, value, misfit, fact.values);
      }
    }
    checkFlags(context, meant);
    checkDrives(context);
    for (const option of optionsNamed(context.line, ...READ_ALONE)) {
      if (!option.json) for (const property of option.properties) checkOwn(context, option, property);
    }
  },
});

interface Unfit {
  readonly property: Property;
  readonly value: Known<string>;
  readonly fact: PropertyFact;
  readonly misfit: Misfit;
}

const misfitsIn = oncePer((scope: Scope): readonly Unfit[] =>
  factsIn(scope).flatMap(({ property, fact }) =>
    fact === undefined || fact === 'own' ? [] : (unfit(scope, property, fact) ?? []),
  ),
);

function unfit(scope: Scope, property: Property, fact: PropertyFact): Unfit | undefined {
  if (OWNED.has(property.key) || property.form === 'flag') return undefined;
  if (scope.kind === 'numa' && !fact.values) return undefined;
  if (scope.name.startsWith('memory-backend-') && OF_BACKEND.has(property.key)) return undefined;
  return misfitUnder(fact, property);
}

function misfitUnder(fact: PropertyFact, property: Property): Unfit | undefined {
  const { value } = property;
  const misfit = isKnown(value) ? misfitOf(fact, value.value) : undefined;
  return misfit && isKnown(value) ? { property, value, fact, misfit } : undefined;
}

/** Numbers of options that read them in their own way, and the accelerators of -machine. */
function checkOwn(context: QemuContext, option: Option, { key, value, form }: Property): void {
  if (!isKnown(value) || form === 'flag') return;
  const misfit = misfitOfOwn(option, key, value.value) ?? misfitOfAccel(option, key, value.value);
  if (misfit) tell(context, option, key, value, misfit);
}

function misfitOfAccel({ name }: Option, key: string, text: string): Misfit | undefined {
  if ((name !== 'machine' && name !== 'M') || key !== 'accel' || text !== '') return undefined;
  return { fact: 'is the name of an accelerator', refusal: 'no accelerator found', whole: true };
}

function checkFlags(context: QemuContext, { catalogue }: Meant): void {
  const option = context.line.options.findLast(({ name }) => name === 'cpu');
  const model = option && nameIn(option.value('model'));
  const flags = model && catalogue.cpuModel(model.value)?.properties;
  for (const property of flags ? option.properties : []) {
    const fact = flags?.get(flagIn(property) ?? '');
    // Numbers of CPUs are written in many ways.
    const found = property.form === 'keyval' && fact?.type === 'bool' && misfitUnder(fact, property);
    if (found) tell(context, option!, property.key, found.value, found.misfit, fact.values);
  }
}

function tell(
  context: QemuContext,
  option: Option,
  key: string,
  value: Known<string>,
  { fact, refusal, whole, instead }: Misfit,
  values: readonly string[] = [],
): void {
  const wanted = instead ?? mostSimilar(value.value, values);
  context.report({
    message: `${key} ${fact}, not "${value.value}": QEMU stops with "${whole ? refusal : `Parameter '${calledInRefusal(option, key)}' ${refusal}`}".`,
    at: value.span,
    about: option,
    fixes: wanted === undefined ? [] : writeInstead(value, wanted),
  });
}

function checkDrives(context: QemuContext): void {
  for (const option of optionsNamed(context.line, 'drive')) {
    for (const { key, value } of option.properties) {
      const misfit = isKnown(value) ? misfitOfDrive(key, value.value) : undefined;
      if (misfit && isKnown(value)) tell(context, option, key, value, misfit, misfit.values);
    }
  }
}
