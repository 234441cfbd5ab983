import { optionsNamed } from '../../dialects/qemu/commandLine.ts';
import type { Option } from '../../dialects/qemu/option.ts';
import { isKnown, type Known } from '../../guest/value.ts';
import { defineRule, type Fix, type QemuContext } from '../define.ts';

/** Formats by the endings that their files bear; QEMU finds these by their header, without a warning. */
const BY_ENDING: Readonly<Record<string, string>> = {
  qcow2: 'qcow2',
  qcow: 'qcow',
  qed: 'qed',
  vdi: 'vdi',
  vmdk: 'vmdk',
  vhd: 'vpc',
  vhdx: 'vhdx',
};

/** Options that are short for a -drive without a format, and what QEMU adds to it (softmmu/vl.c: HD_OPTS, PFLASH_OPTS). */
const SHORT: Readonly<Record<string, string>> = {
  hda: 'index=0,media=disk',
  hdb: 'index=1,media=disk',
  hdc: 'index=2,media=disk',
  hdd: 'index=3,media=disk',
  pflash: 'if=pflash',
};

export default defineRule({
  name: 'image-format-guessed',
  reads: 'qemu',
  topic: 'hygiene',
  severity: 'warning',
  summary: 'QEMU guesses the format of a disk image that the guest can write to.',
  sources: [
    {
      title: 'QEMU: Image format was not specified',
      ref: 'block/raw-format.c: raw_open; block.c: bdrv_open_inherit',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const option of optionsNamed(context.line, 'drive', ...Object.keys(SHORT))) {
      const file = imageOf(option);
      if (isKnown(file) && file.value !== '') reportImage(context, option, file);
    }
  },
});

/** The file of an image that can be written to and whose format is certainly not said. */
function imageOf(option: Option): Known<string> | undefined {
  if (option.name in SHORT) return isKnown(option.plain) ? option.plain : undefined;
  if (option.open) return undefined;
  // A snapshot is written instead of the image itself.
  if (['format', 'driver', 'snapshot', 'readonly', 'read-only'].some((key) => option.find(key)))
    return undefined;
  const media = option.value('media');
  const file = option.value('file');
  if (isKnown(media) && media.value === 'cdrom') return undefined;
  // Behind a protocol such as json: or fat: there may be a format, or no image at all.
  return isKnown(file) && !/\.iso$|^[\w+-]+:/i.test(file.value) ? file : undefined;
}

function reportImage({ line, report }: QemuContext, option: Option, file: Known<string>): void {
  if (line.options.some(({ name }) => name === 'snapshot')) return;
  const ending = /\.(\w+)$/.exec(file.value)?.[1]?.toLowerCase() ?? '';
  const format = BY_ENDING[ending];
  report({
    message: format
      ? `The format of ${nameOf(file.value)} is not said: QEMU takes what the first bytes of the file look like, most ` +
        `likely ${format}. With format=${format} nothing else can be made of it.`
      : `The format of ${nameOf(file.value)} is not said. If it is raw, the guest can write a header of another ` +
        'format into it and so reach files of the host: QEMU warns that "Image format was not specified", and refuses ' +
        'what the guest writes into the first block if it looks like one.',
    at: file.span,
    about: option,
    ...(format ? { severity: 'hint' } : {}),
    fixes: (format ? [format] : ['raw', 'qcow2']).map((name) => fixFor(option, file.value, name)),
  });
}

const nameOf = (file: string): string => file.replace(/^.*\/(?=.)/, '');

function fixFor(option: Option, file: string, format: string): Fix {
  const parts = SHORT[option.name];
  const title = `Say that it is ${format}`;
  if (parts === undefined) {
    return {
      title,
      applicability: 'suggestion',
      changes: [{ op: 'set-property', option, key: 'format', text: format }],
    };
  }
  const argument = `file=${file.replaceAll(',', ',,')},format=${format},${parts}`;
  return {
    title: `${title}: -drive`,
    applicability: 'suggestion',
    changes: [
      { op: 'add-option', words: ['-drive', argument], after: option },
      { op: 'remove-option', option },
    ],
  };
}
