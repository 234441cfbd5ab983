import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import { defineRule } from '../define.ts';
import { elsewhere, meantQemu, nameIn, stopsWith, weigh, writeInstead } from './meant.ts';

export default defineRule({
  name: 'unknown-device',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'A device has a driver that QEMU does not know, or that cannot be plugged in.',
  explains: ['unknown-property', 'missing-required-property'],
  sources: [
    { title: 'QEMU: is not a valid device model name', ref: 'softmmu/qdev-monitor.c: qdev_get_device_class' },
    { title: 'QEMU: names of drivers', ref: 'device-list-properties and -device help, 7.2 to 11.1' },
  ],
  since: '0.1.0',
  check(context) {
    const meant = meantQemu(context);
    if (!meant) return;
    const { catalogue } = meant;
    for (const option of optionsNamed(context.line, 'device')) {
      const found = option.makes === undefined ? undefined : catalogue.deviceHead(option.makes);
      if (found && !found.abstract && !found.internal) continue;
      const driver = nameIn(option.head);
      // CPUs are devices too; their models are the matter of -cpu.
      if (!driver || driver.value.endsWith('-cpu')) continue;
      const name = driver.value;
      if (found?.abstract || found?.internal) {
        const refusal = `Parameter 'driver' expects a ${found.abstract ? 'non-abstract' : 'pluggable'} device type`;
        context.report({
          severity: catalogue.exact ? 'error' : 'warning',
          message:
            `${name} is ${found.abstract ? 'only the base of other drivers' : 'made by the machine and not with -device'}: ` +
            `${meant.name} stops with "${refusal}".`,
          at: driver.span,
          about: option,
        });
      } else if (!found) {
        const candidates = [...catalogue.names('device'), ...catalogue.aliases('device')].filter((each) => {
          const { abstract, internal } = catalogue.deviceHead(each)!;
          return !abstract && !internal;
        });
        const doubt = weigh(meant, {
          kind: 'device',
          what: 'device',
          name,
          candidates,
          impossible: elsewhere(catalogue, 'device', name),
        });
        context.report({
          severity: doubt.severity,
          message: `${doubt.fact}: ${stopsWith(doubt, `'${name}' is not a valid device model name`)}.`,
          at: driver.span,
          about: option,
          fixes: writeInstead(driver, doubt.similar),
        });
      }
    }
  },
});
