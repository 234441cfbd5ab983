import type { Option } from '../../dialects/qemu/option.ts';
import { effective } from '../../guest/value.ts';
import { type Conflict, isOn, oneOf } from './conflict.ts';

function inThread(option: Option): Conflict | undefined {
  const most = option.find('thread-pool-max');
  const [low, high] = ['thread-pool-min', 'thread-pool-max'].map((key) =>
    Number(option.says(key) ?? Number.NaN),
  );
  return most && (high === 0 || low! > high!)
    ? {
        at: most,
        fact: 'The pool of threads can have no more threads at least than at most',
        refusal: 'bad thread-pool-min/thread-pool-max values',
      }
    : undefined;
}

export function inObject(option: Option): Conflict | undefined {
  switch (option.makes) {
    case 'iothread':
      return inThread(option);
    case 'secret':
      return oneOf(option, ['data', 'file'], "'file' and 'data' are mutually exclusive");
    case 'memory-backend-file':
      return romIn(option);
    case 'throttle-group':
      return groupIn(option);
    default:
      return undefined;
  }
}

/** backends/hostmem-file.c: file_backend_set_rom and its check, since QEMU 8.2. */
function romIn(option: Option): Conflict | undefined {
  const rom = option.find('rom');
  return rom && isOn(option, 'rom') && !isOn(option, 'readonly') && !option.open
    ? {
        at: rom,
        fact: 'Memory that the guest cannot write is made of a file that is not read-only',
        refusal: "property 'rom' = 'on' is not supported with 'readonly' = 'off'",
      }
    : undefined;
}

/** block/throttle-groups.c: the same limits under other names. */
function groupIn(option: Option): Conflict | undefined {
  for (const unit of ['bps', 'iops']) {
    const total = option.find(`x-${unit}-total`);
    const part = option.find(`x-${unit}-read`) ?? option.find(`x-${unit}-write`);
    if (!total || !part || effective(total.value) === '0' || effective(part.value) === '0') continue;
    return {
      at: part,
      fact: `${total.key} limits reading and writing together, ${part.key} one of them`,
      refusal: 'bps/iops/max total values and read/write values cannot be used at the same time',
    };
  }
  return undefined;
}
