import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';
import { type Table, tellUnfit, type Unfit, valueAt } from '../unfit.ts';

const SOUND: Table = () => [
  {
    path: '@model',
    of: (model) => model === 'ich7',
    fact: 'QEMU has no sound card of the model {value}',
    words: "sound card model '{value}' is not supported by qemu",
    instead: ['ich9', 'ich6'],
    removable: false,
  },
  {
    path: 'codec@type',
    of: (type) => !['duplex', 'micro', 'output'].includes(type),
    fact: 'A codec is a duplex, a micro or an output, and no {value}',
    words: "unknown codec type '{value}'",
    instead: ['duplex'],
    removable: false,
  },
];

const isZero = (text: string): boolean => /^\s*\+?0+$/.test(text);

const zero = (path: string): Unfit => {
  const [elements = '', name] = path.split('@');
  const element = elements.split('/').at(-1) || 'audio';
  return {
    path,
    of: isZero,
    fact: 'This counts from 1',
    words: `Invalid value for attribute '${name}' in element '${element}': Zero is not permitted`,
  };
};

const AUDIO: Table = () => [
  zero('@timerPeriod'),
  ...['input', 'output'].flatMap((name): Unfit[] => [
    zero(`${name}@voices`),
    zero(`${name}@bufferLength`),
    zero(`${name}/settings@frequency`),
    zero(`${name}/settings@channels`),
    {
      path: `${name}@fixedSettings`,
      of: (text) => text === 'yes',
      when: (audio) => valueAt(audio, `${name}@mixingEngine`) !== 'yes' && !isOpen(audio, name),
      fact: 'Settings are kept by the mixing engine of QEMU, which is not switched on here',
      words: 'fixed audio settings requires mixing engine',
    },
    {
      path: `${name}/settings`,
      when: (audio) => valueAt(audio, `${name}@fixedSettings`) !== 'yes' && !isOpen(audio, name),
      fact: "<settings> are those that are fixed, and fixedSettings='yes' is not said",
      words: 'audio settings specified without fixed settings flag',
    },
  ]),
];

/** Attributes of a side that a template may write. */
const isOpen = (audio: XmlElement, name: string): boolean => {
  const side = child(audio, name);
  return (
    !side ||
    ['mixingEngine', 'fixedSettings'].some((each) => attribute(side, each) && word(side, each) === undefined)
  );
};

export default defineRule({
  name: 'audio-unfit',
  reads: 'libvirt',
  concerns: ['sound', 'audio'],
  topic: 'structure',
  severity: 'error',
  summary: 'A sound card or display plays through an <audio> that is not there, or two have one number.',
  explains: ['invalid-value', 'ignored-element'],
  sources: [
    {
      title: 'libvirt: no audio device with ID',
      ref: 'src/conf/domain_validate.c: virDomainEnsureAudioID, virDomainAudioDefValidate',
    },
    {
      title: "libvirt: unknown codec type '…'",
      ref: 'src/conf/domain_conf.c: virDomainSoundCodecDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    const audios = devicesOf(domain, 'audio');
    for (const sound of devicesOf(domain, 'sound')) tellUnfit(context, sound, SOUND);
    for (const audio of audios) tellUnfit(context, audio, AUDIO);
    for (const audio of audios) if (numberOf(audio) === 0) tellRefusal(context, numberless(audio));
    for (const refusal of twice(audios)) tellRefusal(context, refusal);
    if (children(domain, 'devices').some(mayGainChildren)) return;
    for (const name of ['sound', 'graphics']) {
      for (const user of devicesOf(domain, name)) {
        const refusal = unknown(user, audios);
        if (refusal) tellRefusal(context, refusal);
      }
    }
  },
});

/** The number of the <audio> that libvirt adds where there is none (src/qemu/qemu_domain.c: qemuDomainDefAddDefaultAudioBackend). */
const ADDED = 1;

const numberOf = (audio: XmlElement): number | undefined => {
  const text = word(audio, 'id');
  return text !== undefined && /^\s*\+?\d+$/.test(text) ? Number(text) : undefined;
};

const numberless = (audio: XmlElement): Refusal => ({
  fact: '<audio> counts from 1',
  words: REFUSED_ZERO,
  element: audio,
  attribute: 'id',
});

const REFUSED_ZERO = "Invalid value for attribute 'id' in element 'audio': Zero is not permitted";

function* twice(audios: readonly XmlElement[]): Generator<Refusal> {
  const seen = new Map<number, XmlElement>();
  for (const audio of audios) {
    const id = numberOf(audio);
    if (id === undefined) continue;
    const first = seen.get(id);
    if (!first) {
      seen.set(id, audio);
      continue;
    }
    yield {
      fact: `Two <audio> have the number ${id}`,
      words: `audio ID ${id} is used multiple times`,
      element: audio,
      attribute: 'id',
      beside: { element: first, message: 'The first one.' },
      fixes: [removeElement(audio)],
    };
  }
}

function unknown(user: XmlElement, audios: readonly XmlElement[]): Refusal | undefined {
  const audio = child(user, 'audio');
  const text = word(audio, 'id');
  if (
    !audio ||
    text === undefined ||
    audios.some((each) => attribute(each, 'id') && numberOf(each) === undefined)
  )
    return undefined;
  const id = numberOf(audio);
  const at = { element: audio, attribute: 'id', fixes: [removeElement(audio)] };
  if (id === undefined) {
    return {
      fact: `'${text}' is no number of an <audio>`,
      words: `Invalid value for attribute 'id' in element 'audio': '${text}'. Expected non-negative integer value`,
      ...at,
    };
  }
  if (id === 0) {
    return { fact: '<audio> counts from 1', words: REFUSED_ZERO, ...at };
  }
  if (!(audios.length === 0 && id === ADDED) && !audios.some((each) => numberOf(each) === id)) {
    return {
      fact: `There is no <audio> with the number ${id}`,
      words: `no audio device with ID ${id}`,
      ...at,
    };
  }
  return undefined;
}
