import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';
import { tellUnfit, type Unfit } from '../unfit.ts';

const SOUND: readonly Unfit[] = [
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
    for (const refusal of twice(audios)) tellRefusal(context, refusal);
    if (children(domain, 'devices').some(mayGainChildren)) return;
    const users = ['sound', 'graphics'].flatMap((name) => devicesOf(domain, name));
    for (const refusal of users.flatMap((user) => [...unknown(user, audios)])) tellRefusal(context, refusal);
  },
});

/** The number of the <audio> that libvirt adds where there is none (src/qemu/qemu_domain.c: qemuDomainDefAddDefaultAudioBackend). */
const ADDED = 1;

const numberOf = (audio: XmlElement): number | undefined => {
  const text = word(audio, 'id');
  return text !== undefined && /^\s*\+?\d+$/.test(text) ? Number(text) : undefined;
};

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

function* unknown(user: XmlElement, audios: readonly XmlElement[]): Generator<Refusal> {
  const audio = child(user, 'audio');
  const text = word(audio, 'id');
  if (
    !audio ||
    text === undefined ||
    audios.some((each) => attribute(each, 'id') && numberOf(each) === undefined)
  )
    return;
  const id = numberOf(audio);
  const at = { element: audio, attribute: 'id', fixes: [removeElement(audio)] };
  if (id === undefined) {
    yield {
      fact: `'${text}' is no number of an <audio>`,
      words: `Invalid value for attribute 'id' in element 'audio': '${text}'. Expected non-negative integer value`,
      ...at,
    };
  } else if (
    id > 0 &&
    !(audios.length === 0 && id === ADDED) &&
    !audios.some((each) => numberOf(each) === id)
  ) {
    yield {
      fact: `There is no <audio> with the number ${id}`,
      words: `no audio device with ID ${id}`,
      ...at,
    };
  }
}
