import { child, children } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { is, isNot, type Table, tellUnfit } from '../unfit.ts';

/** The end of the year 9999. */
const LAST_SECOND = 253_402_300_799;

const isNoNumber = (text: string): boolean => !/^\s*\+?\d+$/.test(text);

const CLOCK: Table = () => [
  {
    path: '@start',
    of: (start) => Number(start) > LAST_SECOND,
    when: is('@offset', 'absolute'),
    fact: 'A clock ends with the year 9999, and this is later',
    words: `The maximum 'start' value for <clock offset='absolute'> is ${LAST_SECOND}`,
    instead: ['0'],
    removable: false,
  },
  {
    path: '@start',
    of: (start) => isNoNumber(start),
    when: is('@offset', 'absolute'),
    fact: "A clock begins with a number of seconds since 1970, and '{value}' is none",
    words: "missing 'start' attribute for clock with offset='absolute'",
    instead: ['0'],
    removable: false,
  },
  {
    path: '@offset',
    of: (offset) => offset === 'timezone',
    when: (clock) =>
      !clock.attributes.some(({ name, value }) => name.text === 'timezone' && value?.text !== ''),
    fact: 'The clock is to show the time of a zone, and timezone= does not say which',
    words: "missing 'timezone' attribute for clock with offset='timezone'",
    instead: ['localtime'],
    removable: false,
  },
  {
    path: '@adjustment',
    of: (text) => text !== 'reset' && isNoNumber(text.replace(/^\s*-/, '')),
    when: is('@offset', 'utc', 'localtime'),
    fact: "'{value}' is neither a number of seconds nor reset",
    words: "unknown clock adjustment '{value}'",
  },
  {
    path: '@basis',
    of: (basis) => basis !== '' && basis !== 'utc' && basis !== 'localtime',
    when: is('@offset', 'variable'),
    fact: 'A clock goes from utc or from localtime, and not from {value}',
    words: "unknown clock basis '{value}'",
    instead: ['utc', 'localtime'],
  },
];

const TIMER: Table = () => [
  {
    path: '@name',
    of: (name) => name === 'platform',
    fact: 'The timer platform is one of Xen',
    words: "unsupported timer type (name) 'platform'",
    removable: false,
  },
  {
    path: '@track',
    of: (track) => track === 'boot',
    when: is('@name', 'rtc'),
    fact: 'The timer rtc follows the guest or the wall clock, and not the time since boot',
    words: "unsupported rtc timer track 'boot'",
    instead: ['guest', 'wall'],
  },
  {
    path: '@frequency',
    of: isNoNumber,
    fact: "'{value}' is no number of hertz",
    words:
      "Invalid value for attribute 'frequency' in element 'timer': '{value}'. Expected non-negative integer value",
  },
  ...['threshold', 'slew', 'limit'].map((name) => ({
    path: `catchup@${name}`,
    of: isNoNumber,
    fact: "'{value}' is no number",
    words: `Invalid value for attribute '${name}' in element 'catchup': '{value}'. Expected non-negative integer value`,
  })),
  {
    path: 'catchup',
    when: isNot('@tickpolicy', 'catchup'),
    fact: '<catchup> says how fast ticks are made up for, which tickpolicy={@tickpolicy} does not do',
    words: "setting of timer catchup policies is only supported with tickpolicy='catchup'",
  },
];

export default defineRule({
  name: 'clock-setting-unfit',
  reads: 'libvirt',
  concerns: ['clock'],
  topic: 'structure',
  severity: 'error',
  summary: 'A clock or timer is set in a way that there is none of.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'feature-unfit-for-machine'],
  sources: [
    {
      title: 'libvirt: unsupported rtc timer track',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDefClockTimers',
    },
    { title: "libvirt: unknown clock adjustment '…'", ref: 'src/conf/domain_conf.c: virDomainClockDefParse' },
  ],
  since: '0.1.0',
  check(context) {
    const clock = child(context.domain, 'clock');
    if (!clock) return;
    tellUnfit(context, clock, CLOCK);
    for (const timer of children(clock, 'timer')) tellUnfit(context, timer, TIMER);
  },
});
