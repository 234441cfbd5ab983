import type { DeviceFact } from '../../catalogue/qemu.ts';
import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { effective, isKnown, type Known } from '../../guest/value.ts';
import { spanOf } from '../../text/span.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';
import { type Meant, meantQemu } from './meant.ts';
import { misfitOf } from './values.ts';

/** Devices that every board of a family has, and that people set something of. */
const ON_BOARD: Readonly<Record<string, readonly string[]>> = {
  i440fx: ['PIIX4_PM', 'i440FX-pcihost', 'isa-fdc', 'mc146818rtc', 'isa-pit', 'hpet', 'fw_cfg_io'],
  q35: ['ICH9-LPC', 'q35-pcihost', 'mch', 'mc146818rtc', 'isa-pit', 'hpet', 'fw_cfg_io'],
};

export default defineRule({
  name: 'global-unfit',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'What -global sets is no property of the device, or not in a form that QEMU reads.',
  sources: [
    { title: "QEMU: can't apply global", ref: 'qom/object.c: object_apply_global_props' },
    {
      title: "QEMU: options 'driver', 'property', and 'value' are required",
      ref: 'util/qemu-config.c, softmmu/qdev-monitor.c: qemu_global_option',
    },
    { title: 'QEMU: names of properties', ref: 'device-list-properties, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const options = optionsNamed(context.line, 'global');
    const meant = options.length > 0 ? meantQemu(context) : undefined;
    if (!meant) return;
    for (const option of options) {
      if (option.open || !option.argument) continue;
      const setting = settingIn(option);
      if (setting === undefined) reportForm(context, option);
      else checkSetting(context, meant, option, setting);
    }
  },
});

/** One property of all devices of a driver. */
interface Setting {
  readonly driver: string;
  readonly key: string;
  readonly value: Known<string>;
}

/** `driver.property=value`, all behind the sign being the value, or the three by name. Undefined where neither is written. */
function settingIn(option: Option): Setting | undefined {
  const [first] = option.properties;
  const short = /^([^.=]{1,63})\.([^=]{1,63})$/.exec(first?.form === 'keyval' ? first.key : '');
  if (short && first && isKnown(first.value)) {
    const whole = isKnown(option.plain) ? option.plain.value : '';
    const value = { ...first.value, value: whole.slice(whole.indexOf('=') + 1) };
    return { driver: short[1]!, key: short[2]!, value };
  }
  const value = option.find('value')?.value;
  const [driver, key] = [option.says('driver'), option.says('property')];
  const isOther = option.properties.some(({ key: name }) => !/^(driver|property|value)$/.test(name));
  return driver === undefined || key === undefined || !value || !isKnown(value) || isOther
    ? undefined
    : { driver, key, value };
}

function reportForm({ report }: QemuContext, option: Option): void {
  const odd = option.properties.find(({ key }) => !/^(driver|property|value)$/.test(key));
  const refusal = odd
    ? `Invalid parameter '${odd.key}'`
    : "options 'driver', 'property', and 'value' are required";
  report({
    message: `-global has the form driver.property=value: QEMU stops with "${refusal}".`,
    at: odd?.span ?? spanOf(option.uri, option.argument!.range),
    about: option,
  });
}

function checkSetting(
  context: QemuContext,
  { catalogue, name }: Meant,
  option: Option,
  { driver, key, value }: Setting,
): void {
  const device = catalogue.device(driver);
  // Base classes, backends and CPUs have properties that are not listed with a device.
  if (!device?.complete || device.abstract || device.properties.size === 0) return;
  const stem = key.split(/[.[]/, 1)[0]!;
  const fact = device.properties.get(key) ?? device.properties.get(stem);
  const misfit = fact && fact.name === key ? misfitOf(fact, value.value) : undefined;
  if (fact && !misfit) return;
  const similar = fact ? undefined : mostSimilar(key, device.properties.keys());
  const known = catalogue.versionsOfProperty('device', device.name, key);
  if (!fact && known.length > 0) return;
  const applied = `can't apply global ${driver}.${key}=${value.value}`;
  const refusal = misfit
    ? misfit.whole
      ? `${applied}: ${misfit.refusal}`
      : `${applied}: Parameter '${key}' ${misfit.refusal}`
    : `${applied}: Property '${driver}.${key}' not found`;
  const isThere = catalogue.exact && isMade(context, device);
  const fault = misfit
    ? `${key} ${misfit.fact}, not "${value.value}"`
    : `${driver} of ${name} has no property ${key}${similar === undefined ? '' : `, but ${similar}`}`;
  context.report({
    severity: isThere ? 'error' : 'warning',
    message: `${fault}: ${isThere ? 'QEMU' : `as soon as there is a ${driver}, QEMU`} stops with "${refusal}".`,
    at: misfit ? value.span : spanOf(option.uri, option.argument!.range),
    about: option,
    fixes: fixesFor(option, driver, similar, value.value),
  });
}

/** Whether such a device is made, by the line or by the board. */
function isMade({ line, guest }: QemuContext, device: DeviceFact): boolean {
  const written = optionsNamed(line, 'device').some((option) => {
    const driver = option.makes;
    return driver === device.name || (driver !== undefined && driver === device.alias);
  });
  const family = effective(guest.machine.type)?.family ?? '';
  return written || (Object.hasOwn(ON_BOARD, family) && ON_BOARD[family]!.includes(device.name));
}

function fixesFor(option: Option, driver: string, similar: string | undefined, value: string): Fix[] {
  const [property] = option.properties;
  const rename: Fix[] =
    similar === undefined || property?.form !== 'keyval' || property.key === 'driver'
      ? []
      : [
          {
            title: `Write ${similar}=${value}`,
            applicability: 'suggestion',
            changes: [{ op: 'rename-property', option, property, key: `${driver}.${similar}` }],
          },
        ];
  return [
    ...rename,
    {
      title: 'Remove the setting',
      applicability: 'suggestion',
      changes: [{ op: 'remove-option', option }],
    },
  ];
}
