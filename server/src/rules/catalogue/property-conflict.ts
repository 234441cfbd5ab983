import type { Option } from '../../dialects/qemu/option.ts';
import { defineRule } from '../define.ts';
import { type Conflict, isOff, isOn, oneOf, remove } from './conflict.ts';
import { conflictInDevice } from './deviceConflicts.ts';
import { inBlockNode, inDrive } from './driveConflicts.ts';
import { conflictInNetwork } from './networkConflicts.ts';
import { inObject } from './objectConflicts.ts';
import { askedOnce } from './soundOptions.ts';

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
    for (const option of line.options) {
      const conflict = Object.hasOwn(CONFLICTS, option.name) ? conflictIn(option) : undefined;
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

type Judge = (option: Option) => Conflict | undefined;

function inSocket(option: Option): Conflict | undefined {
  const target = oneOf(
    option,
    ['path', 'fd', 'host'],
    "None or one of 'path', 'fd' or 'host' option required.",
  );
  if (target) return target;
  const isServer = option.find('server') !== undefined && !isOff(option, 'server');
  const web = option.find('websocket');
  if (web && !isServer && !isOff(option, 'websocket') && !option.open) {
    return {
      at: web,
      fact: 'websocket is about a server, and this socket is a client',
      refusal: 'Websocket client is not implemented',
    };
  }
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

/** audio/audio.c: audio_validate_per_direction_opts. */
function inSound(option: Option): Conflict | undefined {
  for (const direction of ['in', 'out']) {
    if (!isOff(option, `${direction}.fixed-settings`)) continue;
    const at = ['frequency', 'channels', 'format']
      .map((key) => option.find(`${direction}.${key}`))
      .find((property) => property !== undefined);
    if (!at) continue;
    return {
      at,
      fact: `${at.key} is a setting that is fixed, and ${direction}.fixed-settings is off`,
      refusal: "You can't use frequency, channels or format with fixed-settings=off",
    };
  }
  return undefined;
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
  audiodev: inSound,
  blockdev: inBlockNode,
  chardev: (option) => (option.makes === 'socket' ? inSocket(option) : undefined),
  device: conflictInDevice,
  drive: inDrive,
  fw_cfg: (option) =>
    oneOf(
      option,
      ['file', 'string', 'gen_id'],
      'name, plus exactly one of file, string and gen_id, are needed',
    ),
  icount: inClock,
  mon: inMonitor,
  netdev: conflictInNetwork,
  nic: conflictInNetwork,
  object: inObject,
};

const conflictIn = askedOnce((option): Conflict | undefined => CONFLICTS[option.name]?.(option));
