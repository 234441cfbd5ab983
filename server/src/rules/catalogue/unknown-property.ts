import { versionsOfUnlisted } from '../../catalogue/qemuParameters.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import type { Version } from '../../guest/target.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { driveKey, formatOf, GONE } from './driveScope.ts';
import { type Meant, meantQemu, stopsWith, weigh } from './meant.ts';
import { type Scope, scopesOf } from './scope.ts';
import { isKeyElsewhere, keysOf, unknownIn } from './scopeKeys.ts';

/** What people write in the hope of an affinity: unknown-numa-property knows more about it. */
const HOPES = new Set(['numa', 'numa_node', 'numa-node', 'numanode', 'node']);

export default defineRule({
  name: 'unknown-property',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'An option has a property that what it makes does not have.',
  sources: [
    { title: 'QEMU: Property not found', ref: 'qom/object.c: object_property_find_err' },
    { title: 'QEMU: Invalid parameter', ref: 'util/qemu-option.c, qapi/opts-visitor.c: opts_check_struct' },
    { title: 'QEMU: Parameter is unexpected', ref: 'qapi/qobject-input-visitor.c' },
    {
      title: 'QEMU: names of properties',
      ref: 'device-list-properties, qom-list-properties, query-qmp-schema',
    },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant) return;
    for (const scope of scopesOf(context, meant)) {
      if (!scope.complete) continue;
      const isPci = scope.kind === 'device' && meant.catalogue.device(scope.name)?.bus === 'PCI';
      for (const property of unknownIn(scope)) {
        // host-nodes-without-policy knows this misspelling.
        const isTold = isPci ? HOPES.has(property.key) : property.key === 'host_nodes';
        if (!isTold) report(context, meant, scope, property);
      }
    }
    checkDrives(context, meant);
  },
});

function report(context: QemuContext, meant: Meant, scope: Scope, property: Property): void {
  const { option, kind, label } = scope;
  const key = property.key.slice(scope.prefix.length);
  const doubt = weigh(meant, {
    kind,
    what: kind === 'parameters' ? 'parameter' : 'property',
    name: key,
    candidates: keysOf(scope),
    versions: versionsWith(meant, scope, key),
    owner: label,
    impossible: whyImpossible(meant, key),
  });
  context.report({
    severity: doubt.severity,
    message: `${doubt.fact}: ${stopsWith(doubt, scope.refusal(property.key))}.`,
    at: property.span,
    about: option,
    fixes: fixesFor(option, property, doubt.similar && scope.prefix + doubt.similar),
  });
}

/** The versions known in which there is such a property, or the list that it is a part of. */
function versionsWith({ catalogue }: Meant, scope: Scope, key: string): readonly Version[] {
  const { option, kind, name, properties } = scope;
  const [stem = ''] = key.split('.', 1);
  const listed = catalogue.versionsOfProperty(kind, name, properties.has(stem) ? key : stem);
  return listed.length > 0 || kind !== 'parameters'
    ? listed
    : versionsOfUnlisted(option.name, option.says('type'), key);
}

/** A -drive hands on what it does not know to the format of its image: where that is not named, only a misspelling can be told. */
function checkDrives(context: QemuContext, { catalogue, name }: Meant): void {
  const options = optionsNamed(context.line, 'drive');
  const known = options.length > 0 ? catalogue.fact('parameters', 'drive')?.properties : undefined;
  for (const option of known ? options : []) {
    const format = formatOf(catalogue, option);
    for (const property of option.properties) {
      const { key, form } = property;
      if (form === 'flag' || key === '' || key === 'id' || key === 'group' || key.includes('.')) continue;
      if (known!.has(driveKey(key)) || format?.properties.has(key)) continue;
      const isRefused = catalogue.exact && (GONE.has(key) || format !== undefined);
      if (!isRefused && isKeyElsewhere(catalogue, key)) continue;
      const similar = isKeyElsewhere(catalogue, key) ? undefined : mostSimilar(key, known!.keys());
      if (similar === undefined && !isRefused) continue;
      const other = similar === undefined ? '' : `, but ${similar}`;
      context.report({
        message: `-drive of ${name} has no ${key}${other}: it stops with "does not support the option '${key}'".`,
        at: property.span,
        about: option,
        fixes: fixesFor(option, property, similar),
      });
    }
  }
}

/** A key that is known elsewhere is no new one, and what begins with a digit stands behind a comma too many. */
function whyImpossible({ catalogue }: Meant, key: string): string | undefined {
  if (/^\d/.test(key)) return 'and none begins with a digit';
  const [stem = ''] = key.split('.', 1);
  if (stem !== key && catalogue.has('device', stem)) return 'as only -global names the device in front';
  return isKeyElsewhere(catalogue, key) ? 'which is one of others' : undefined;
}

function fixesFor(option: Option, property: Property, similar: string | undefined): Fix[] {
  const rename: Fix[] =
    similar === undefined || option.json || property.form === 'flag'
      ? []
      : [
          {
            title: `Write ${similar}=`,
            applicability: 'suggestion',
            changes: [{ op: 'rename-property', option, property, key: similar }],
          },
        ];
  return [
    ...rename,
    {
      title: `Remove ${property.key}`,
      applicability: 'suggestion',
      changes: [{ op: 'remove-property', option, property }],
    },
  ];
}
