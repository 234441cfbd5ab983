import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option, Property } from '../../dialects/qemu/option.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { oncePer } from '../../values/oncePer.ts';
import { defineRule, type Fix } from '../define.ts';

export default defineRule({
  name: 'property-conflict',
  reads: 'qemu',
  topic: 'catalogue',
  severity: 'error',
  summary: 'Two properties of an option exclude each other, or one lacks the other that it needs.',
  sources: [
    { title: "QEMU: None or one of 'path', 'fd' or 'host'", ref: 'chardev/char-socket.c' },
    { title: 'QEMU: aio=native requires cache.direct=on', ref: 'block/file-posix.c: raw_open_common' },
    { title: 'QEMU: exactly one of file, string and gen_id', ref: 'softmmu/vl.c: parse_fw_cfg' },
    { title: "QEMU: 'pretty' is not compatible with HMP monitors", ref: 'monitor/monitor.c: monitor_init' },
  ],
  since: '0.1.0',
  check({ line, report }) {
    for (const option of optionsNamed(line, ...Object.keys(CONFLICTS))) {
      const conflict = conflictIn(option);
      if (!conflict) continue;
      const { at, fact, refusal, fixes } = conflict;
      report({
        message: `${fact}: QEMU stops with "${refusal}".`,
        at: at.span,
        about: option,
        fixes: fixes ?? [remove(option, at)],
      });
    }
  },
});

interface Conflict {
  readonly at: Property;
  readonly fact: string;
  readonly refusal: string;
  readonly fixes?: readonly Fix[];
}

type Judge = (option: Option) => Conflict | undefined;

const remove = (option: Option, property: Property): Fix => ({
  title: `Remove ${property.key}`,
  applicability: 'suggestion',
  changes: [{ op: 'remove-property', option, property }],
});

const isOn = (option: Option, key: string): boolean => /^(on|yes|true|y)$/.test(option.says(key) ?? '');

const isOff = (option: Option, key: string): boolean => /^(off|no|false|n)$/.test(option.says(key) ?? '');

/** Only one of these can be given. */
function oneOf(option: Option, keys: readonly string[], refusal: string): Conflict | undefined {
  const [first, second] = option.properties.filter(({ key }) => keys.includes(key));
  return first && second && first.key !== second.key
    ? { at: second, fact: `${first.key} and ${second.key} exclude each other`, refusal }
    : undefined;
}

function inSocket(option: Option): Conflict | undefined {
  const target = oneOf(
    option,
    ['path', 'fd', 'host'],
    "None or one of 'path', 'fd' or 'host' option required.",
  );
  if (target) return target;
  const isServer = option.find('server') !== undefined && !isOff(option, 'server');
  const wait = option.find('wait') ?? option.find('nowait');
  if (!isServer && wait) {
    return {
      at: wait,
      fact: 'wait is about a server that waits for its first client, and this socket is a client',
      refusal: "'wait' option is incompatible with socket in client connect mode",
    };
  }
  const reconnect = option.find('reconnect') ?? option.find('reconnect-ms');
  return isServer && reconnect
    ? {
        at: reconnect,
        fact: `${reconnect.key} is about a client, and this socket is a server`,
        refusal: `'${reconnect.key}' option is incompatible with socket in server listen mode`,
      }
    : undefined;
}

/** Asynchronous input and output of the kernel goes past the page cache, which has to be said for the file itself. */
function nativeWithoutDirect(option: Option, prefix: string, isDirect: boolean): Conflict | undefined {
  const aio = option.find(`${prefix}aio`);
  if (!aio || effective(aio.value) !== 'native' || isDirect || option.open) return undefined;
  const key = `${prefix}cache.direct`;
  return {
    at: aio,
    fact: 'aio=native works without the page cache of the host only, and that is not switched off here',
    refusal: 'aio=native was specified, but it requires cache.direct=on, which was not specified.',
    fixes: [
      {
        title: option.name === 'drive' ? 'Say cache=none' : `Say ${key}=on`,
        applicability: 'suggestion',
        changes: [
          option.name === 'drive'
            ? { op: 'set-property', option, key: 'cache', text: 'none' }
            : { op: 'set-property', option, key, text: 'on' },
        ],
      },
    ],
  };
}

function inDrive(option: Option): Conflict | undefined {
  const cache = option.value('cache');
  const file = option.says('file');
  // Only files of the host know the mode.
  const isFile = file !== undefined && !/^[\w+-]+:/.test(file);
  const isDirect =
    !isFile ||
    (isKnown(cache) ? /^(none|off|directsync)$/.test(cache.value) : cache.state === 'unknown') ||
    option.properties.some(
      ({ key, value }) => key.endsWith('cache.direct') && !/^(off|no|n|false)$/.test(effective(value) ?? ''),
    );
  return (
    nativeWithoutDirect(option, '', isDirect) ??
    oneOf(option, ['driver', 'format'], "Cannot specify both 'driver' and 'format'") ??
    inLimits(option, 'throttling.') ??
    inLimits(option, '')
  );
}

/** A limit for all, or one for reading and one for writing (util/throttle.c: throttle_is_valid). */
function inLimits(option: Option, prefix: string): Conflict | undefined {
  for (const unit of ['bps', 'iops']) {
    const both = option.find(prefix === '' ? unit : `${prefix}${unit}-total`);
    const names =
      prefix === '' ? [`${unit}_rd`, `${unit}_wr`] : [`${prefix}${unit}-read`, `${prefix}${unit}-write`];
    const part = names.map((name) => option.find(name)).find((property) => property !== undefined);
    if (!both || !part || effective(both.value) === '0' || effective(part.value) === '0') continue;
    return {
      at: part,
      fact: `${both.key} limits reading and writing together, ${part.key} one of them`,
      refusal: 'bps/iops/max total values and read/write values cannot be used at the same time',
    };
  }
  return undefined;
}

function inBlockNode(option: Option): Conflict | undefined {
  const prefixes = option.properties.flatMap(({ key }) => /^((?:.*\.)?)aio$/.exec(key)?.[1] ?? []);
  for (const prefix of prefixes) {
    const direct = option.value(`${prefix}cache.direct`);
    // A node below another one takes the cache mode of that where it says none itself.
    const above = option.value('cache.direct');
    const isDirect = [direct, above].some(
      (value) => value.state === 'unknown' || (isKnown(value) && /^(on|yes|true|y)$/.test(value.value)),
    );
    const conflict = nativeWithoutDirect(option, prefix, isDirect);
    if (conflict) return conflict;
  }
  return undefined;
}

function inMonitor(option: Option): Conflict | undefined {
  const pretty = option.find('pretty');
  return pretty && isOn(option, 'pretty') && option.says('mode') !== 'control' && !option.open
    ? {
        at: pretty,
        fact: 'pretty= is about the JSON of mode=control',
        refusal: "'pretty' is not compatible with HMP monitors",
      }
    : undefined;
}

function inNetwork(option: Option): Conflict | undefined {
  const type = option.makes;
  if (type === 'socket') {
    const keys = ['fd', 'listen', 'connect', 'mcast', 'udp'];
    return oneOf(option, keys, 'exactly one of listen=, connect=, mcast= or udp= is required');
  }
  const ipv6 = option.find('ipv6');
  return type === 'user' && ipv6 && isOff(option, 'ipv6') && isOff(option, 'ipv4')
    ? { at: ipv6, fact: 'A network without IPv4 and IPv6 carries nothing', refusal: 'IPv4 and IPv6 disabled' }
    : undefined;
}

function inThread(option: Option): Conflict | undefined {
  const most = option.find('thread-pool-max');
  const [low, high] = ['thread-pool-min', 'thread-pool-max'].map((key) =>
    Number(option.says(key) ?? Number.NaN),
  );
  return option.makes === 'iothread' && most && (high === 0 || low! > high!)
    ? {
        at: most,
        fact: 'The pool of threads can have no more threads at least than at most',
        refusal: 'bad thread-pool-min/thread-pool-max values',
      }
    : undefined;
}

function inClock(option: Option): Conflict | undefined {
  const sleep = option.find('sleep');
  return sleep && isOff(option, 'sleep') && isOn(option, 'align')
    ? {
        at: sleep,
        fact: 'A clock that never waits cannot be aligned',
        refusal: 'align=on and sleep=off are incompatible',
      }
    : undefined;
}

const CONFLICTS: Readonly<Record<string, Judge>> = {
  blockdev: inBlockNode,
  chardev: (option) => (option.makes === 'socket' ? inSocket(option) : undefined),
  drive: inDrive,
  fw_cfg: (option) =>
    oneOf(
      option,
      ['file', 'string', 'gen_id'],
      'name, plus exactly one of file, string and gen_id, are needed',
    ),
  icount: inClock,
  mon: inMonitor,
  netdev: inNetwork,
  nic: inNetwork,
  object: inThread,
};

const conflictIn = oncePer((option: Option): Conflict | undefined => CONFLICTS[option.name]?.(option));
