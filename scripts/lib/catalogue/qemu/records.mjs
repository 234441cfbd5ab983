// What a QEMU said about itself as records: a key, `device virtio-net-pci`, and its tokens. docs/catalogue.md has the format.
import { unionRecords } from './schema.mjs';

/** Options whose list of parameters goes by another name. */
const LISTS = { 'boot-opts': 'boot', 'smp-opts': 'smp', memory: 'm', acpi: 'acpitable' };

/** Properties that are there for introspection, and no part of a command line. */
const INTERNAL =
  /^(child|link)<irq>|^child<|^guest statistics$|^X86CPUFeatureWordInfo$|^GuestPanicInformation$/;

/** `name:type=default`, the default as JSON. */
const propertyToken = ({ name, type, 'default-value': value }) =>
  `${name}:${type}${value === undefined ? '' : `=${JSON.stringify(value)}`}`;

/** Tokens of a list of properties; `@partial` where QEMU died of the question. */
function propertyTokens(properties) {
  if (!Array.isArray(properties)) return ['@partial'];
  return properties.filter(({ name, type }) => name !== 'type' && !INTERNAL.test(type)).map(propertyToken);
}

/** Facts as askQemu() returns them. @returns Map from key to the sorted list of its tokens. */
export function recordsOf(facts) {
  const records = new Map();
  const add = (key, tokens) => {
    const all = new Set([...(records.get(key) ?? []), ...tokens]);
    records.set(key, [...all].sort());
  };
  for (const [key, tokens] of [
    ...machineRecords(facts),
    ...cpuRecords(facts),
    ...deviceRecords(facts),
    ...optionRecords(facts),
    ...acceleratorRecords(facts),
    ...unionRecords(facts.schema),
  ]) {
    add(key, tokens);
  }
  for (const properties of Object.values(facts.deviceProperties)) {
    for (const { type, values } of properties ?? [])
      if (values && /^[A-Z]/.test(type)) add(`enum ${type}`, values);
  }
  return records;
}

function* machineRecords({ machines, machineProperties }) {
  for (const machine of machines) {
    const tokens = propertyTokens(machineProperties[machine.name]);
    if (machine.deprecated) tokens.push('@deprecated');
    if (machine['is-default']) tokens.push('@default');
    if (machine.alias) tokens.push(`@alias=${machine.alias}`);
    if (machine['cpu-max']) tokens.push(`@cpu-max=${machine['cpu-max']}`);
    yield [`machine ${machine.name}`, tokens];
    if (machine.alias) yield [`machine-alias ${machine.alias}`, [`@of=${machine.name}`]];
  }
}

/** CPU models, and the properties that they have: of all together on x86, of each its own elsewhere. */
function* cpuRecords({ cpus, cpuProperties, architecture }) {
  const own = architecture !== 'x86_64';
  for (const { name, deprecated, 'alias-of': of } of cpus) {
    const tokens = own ? propertyTokens(cpuProperties[name]) : ['@like=x86'];
    if (deprecated) tokens.push('@deprecated');
    if (of) tokens.push(`@alias-of=${of}`);
    yield [`cpu ${name}`, tokens];
  }
  if (!own)
    yield ['cpu-properties x86', propertyTokens(Object.values(cpuProperties).flatMap((list) => list ?? []))];
}

function* deviceRecords({ deviceProperties, deviceHelp, types }) {
  const parents = new Map(types.map(({ name, parent }) => [name, parent]));
  for (const { name, abstract } of types) {
    let parent = name;
    while (parent && parent !== 'device') parent = parents.get(parent);
    if (abstract && parent) yield [`device ${name}`, ['@abstract']];
  }
  for (const [name, properties] of Object.entries(deviceProperties)) {
    const tokens = propertyTokens(properties);
    const shown = deviceHelp?.[name];
    // What -device help leaves out is made by machines and other devices only.
    if (deviceHelp && !shown) tokens.push('@internal');
    if (shown?.bus) tokens.push(`@bus=${shown.bus}`);
    if (shown?.alias) tokens.push(`@alias=${shown.alias}`);
    for (const category of shown?.categories ?? []) tokens.push(`@category=${category}`);
    yield [`device ${name}`, tokens];
    if (shown?.alias) yield [`device-alias ${shown.alias}`, [`@of=${name}`]];
  }
}

function* optionRecords({ options, help }) {
  for (const [name, takesArgument] of Object.entries(help ?? {})) {
    yield [`option ${name}`, takesArgument ? ['@argument'] : []];
  }
  for (const { option, parameters } of options) {
    if (option === '') continue;
    yield [`parameters ${LISTS[option] ?? option}`, parameters.map(({ name, type }) => `${name}:${type}`)];
  }
}

function* acceleratorRecords({ acceleratorProperties }) {
  for (const [type, properties] of Object.entries(acceleratorProperties ?? {})) {
    yield [`accel ${type.replace(/-accel$/, '')}`, propertyTokens(properties)];
  }
}
