import type { Option, Property } from '../../dialects/qemu/option.ts';
import { effective, isKnown } from '../../guest/value.ts';
import { type Conflict, oneOf } from './conflict.ts';

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

export function inDrive(option: Option): Conflict | undefined {
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
    indexIn(option) ??
    inLimits(option, 'throttling.') ??
    inLimits(option, '')
  );
}

/** The place of a drive is one number or two (blockdev.c: drive_new). */
function indexIn(option: Option): Conflict | undefined {
  const index = option.find('index');
  const bus = option.value('bus');
  const isElsewhere = isKnown(bus) && /^[1-9]\d*$/.test(bus.value);
  return index && (isElsewhere || option.find('unit'))
    ? {
        at: index,
        fact: 'index says the place of a drive in one number, and bus and unit say it in two',
        refusal: 'index cannot be used with bus and unit',
      }
    : undefined;
}

/** A limit for all, or one for reading and one for writing (util/throttle.c: throttle_is_valid). */
function inLimits(option: Option, prefix: string): Conflict | undefined {
  for (const unit of ['bps', 'iops']) {
    const peak = prefix === '' ? peakWithout(option, unit) : undefined;
    if (peak) return peak;
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

/** A peak is above a limit. */
function peakWithout(option: Option, unit: string): Conflict | undefined {
  for (const kind of ['', '_rd', '_wr']) {
    const at = option.find(`${unit}${kind}_max`);
    const limit = option.find(`${unit}${kind}`);
    if (!at || option.open || effective(at.value) === '0') continue;
    if (!limit) {
      return {
        at,
        fact: `${at.key} is a peak above ${unit}${kind}, which is not limited`,
        refusal: 'bps_max/iops_max require corresponding bps/iops values',
      };
    }
    if (numberIn(at) < numberIn(limit)) {
      return {
        at,
        fact: `A peak of ${effective(at.value)} is below the limit, ${effective(limit.value)}`,
        refusal: 'bps_max/iops_max cannot be lower than bps/iops',
      };
    }
  }
  return undefined;
}

/** NaN, which is below nothing, for what is no plain number. */
const numberIn = ({ value }: Property): number => {
  const text = effective(value) ?? '';
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
};

export function inBlockNode(option: Option): Conflict | undefined {
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
  return unmapIn(option);
}

/** Zeroes are given back by discarding them (block.c: bdrv_parse_detect_zeroes). */
function unmapIn(option: Option): Conflict | undefined {
  const zeroes = option.find('detect-zeroes');
  const discard = option.value('discard');
  const isIgnored = discard.state === 'absent' ? !option.open : effective(discard) === 'ignore';
  return zeroes && option.says('detect-zeroes') === 'unmap' && isIgnored
    ? {
        at: zeroes,
        fact: 'Zeroes are unmapped by discarding them, and discard is not unmap',
        refusal: 'setting detect-zeroes to unmap is not allowed without setting discard operation to unmap',
        fixes: [
          {
            title: 'Say discard=unmap',
            applicability: 'suggestion',
            changes: [{ op: 'set-property', option, key: 'discard', text: 'unmap' }],
          },
        ],
      }
    : undefined;
}
