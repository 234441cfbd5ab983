import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { child, children } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { type Table, tellUnfit } from '../unfit.ts';

/** Milliseconds, in 16 bits. */
const LONGEST = 65535;

const isNatural = (text: string): boolean => /^\s*\+?\d+$/.test(text);

const isWhole = (text: string): boolean => /^\s*[+-]?\d+$/.test(text);

const UNFIT: Table = () => [
  {
    path: 'bios@rebootTimeout',
    of: (text) => isWhole(text) && (Number(text) < -1 || Number(text) > LONGEST),
    fact: `The firmware waits ${LONGEST} milliseconds at most before it starts again, -1 for ever, and this says {value}`,
    words: `invalid value for rebootTimeout, must be in range [-1,${LONGEST}]`,
  },
  {
    path: 'bios@rebootTimeout',
    of: (text) => !isWhole(text),
    fact: "'{value}' is no number of milliseconds",
    words: "Invalid value for attribute 'rebootTimeout' in element 'bios': '{value}'. Expected integer value",
  },
  {
    path: 'bootmenu@timeout',
    of: (text) => isNatural(text) && Number(text) > LONGEST,
    fact: `The boot menu waits ${LONGEST} milliseconds at most, and this says {value}`,
    words: `invalid value for boot menu timeout, must be in range [0,${LONGEST}]`,
    instead: [String(LONGEST)],
  },
  {
    path: 'bootmenu@timeout',
    of: (text) => !isNatural(text),
    fact: "'{value}' is no number of milliseconds",
    words:
      "Invalid value for attribute 'timeout' in element 'bootmenu': '{value}'. Expected non-negative integer value",
  },
  {
    path: 'bios@useserial',
    of: (answer) => answer === 'yes',
    // A console is a serial port, too.
    within: ({ parent: domain }) =>
      domain !== undefined &&
      devicesOf(domain, 'serial').length === 0 &&
      devicesOf(domain, 'console').length === 0 &&
      !children(domain, 'devices').some(mayGainChildren),
    fact: 'The firmware is to write to a serial port, and there is none',
    words: 'need at least one serial port to use BIOS serial output',
  },
];

export default defineRule({
  name: 'bios-setting-unfit',
  reads: 'libvirt',
  concerns: ['bios', 'bootmenu'],
  topic: 'structure',
  severity: 'error',
  summary: 'The firmware is to wait, or to write, as it cannot.',
  explains: ['invalid-value'],
  sources: [
    {
      title: 'libvirt: invalid value for boot menu timeout',
      ref: 'src/conf/domain_validate.c: virDomainDefBootValidate',
    },
    {
      title: 'libvirt: need at least one serial port to use BIOS serial output',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDef',
    },
  ],
  since: '0.1.0',
  check(context) {
    const os = child(context.domain, 'os');
    if (os) tellUnfit(context, os, UNFIT);
  },
});
