import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { KiB, libvirtUnit, MiB } from '../../values/byteSize.ts';
import { defineRule } from '../define.ts';
import { at, lacks } from '../refusal.ts';
import { is, type Table, tellUnfit, type Unfit, valueAt } from '../unfit.ts';

const VENDOR_LENGTH = 12;

const FEWEST_RETRIES = 4095;

/** Entries of the ring in which KVM notes what the guest wrote to. */
const RING = { least: 1024, most: 65536 };

const isRing = (text: string): boolean => {
  const size = Number(text);
  return size >= RING.least && size <= RING.most && Number.isInteger(Math.log2(size));
};

/** Those whose state= the parser wants to be there, whatever else is. */
const WITH_STATE = ['stimer', 'frequencies', 'tlbflush', 'runtime'];

/** QEMU is told whole MiB. */
const isOddSize = (features: XmlElement): boolean => {
  const size = Number(valueAt(features, 'tcg/tb-cache'));
  const unit = attribute(at(features, 'tcg/tb-cache')!, 'unit')?.value?.text ?? '';
  const scale = unit === '' ? KiB : libvirtUnit(unit);
  return Number.isSafeInteger(size) && scale !== undefined && (BigInt(size) * scale) % MiB !== 0n;
};

const UNFIT: Table = () => [
  ...WITH_STATE.map(
    (name): Unfit => ({
      path: `hyperv/${name}`,
      when: (features) => lacks(at(features, `hyperv/${name}`)!, 'state'),
      fact: `<${name}> does not say whether it is on`,
      words: `Missing required attribute 'state' in element '${name}'`,
    }),
  ),
  {
    path: 'tcg/tb-cache',
    when: isOddSize,
    fact: 'The size of the cache is a whole number of MiB, and without a unit it counts KiB',
    words: 'tb-cache size must be an integer multiple of MiB',
  },
  {
    path: 'hyperv/vendor_id@value',
    of: (name) => name.length > VENDOR_LENGTH,
    when: is('hyperv/vendor_id@state', 'on'),
    fact: `The name has ${VENDOR_LENGTH} characters at most, and {value} has more`,
    words: `HyperV vendor_id value must not be more than ${VENDOR_LENGTH} characters.`,
    removable: false,
  },
  {
    path: 'hyperv/vendor_id@value',
    of: (name) => name.length <= VENDOR_LENGTH && name.includes(','),
    when: is('hyperv/vendor_id@state', 'on'),
    fact: 'A comma cannot be a part of the name',
    words: 'HyperV vendor_id value is invalid',
    removable: false,
  },
  {
    path: 'hyperv/spinlocks@retries',
    of: (text) => (parseLibvirtNumber(text.replace('+', '')) ?? FEWEST_RETRIES) < FEWEST_RETRIES,
    when: is('hyperv/spinlocks@state', 'on'),
    fact: `A guest tries {value} times for a lock before it gives its vCPU away, and has to try ${FEWEST_RETRIES} times`,
    words: `HyperV spinlock retry count must be at least ${FEWEST_RETRIES}`,
    instead: ['8191', String(FEWEST_RETRIES)],
    removable: false,
  },
  {
    path: 'kvm/dirty-ring',
    when: (features) =>
      is('kvm/dirty-ring@state', 'on')(features) && lacks(at(features, 'kvm/dirty-ring')!, 'size'),
    fact: 'The ring has a size, and this says none',
    words: "Missing required attribute 'size' in element 'dirty-ring'",
  },
  {
    path: 'kvm/dirty-ring@size',
    of: (text) => !isRing(text),
    when: is('kvm/dirty-ring@state', 'on'),
    fact: `The ring has a power of two of entries, ${RING.least} to ${RING.most}, and this says {value}`,
    words: `dirty ring must be power of 2 and ranges [${RING.least}, ${RING.most}]`,
    instead: ['4096'],
    removable: false,
  },
];

export default defineRule({
  name: 'enlightenment-unfit',
  reads: 'libvirt',
  concerns: ['hyperv', 'kvm', 'tcg'],
  topic: 'structure',
  severity: 'error',
  summary: 'What the guest is to know of its hypervisor has a number or a name beyond its range.',
  explains: ['invalid-value', 'required-part-missing'],
  sources: [
    {
      title: 'libvirt: HyperV spinlock retry count must be at least 4095',
      ref: 'src/conf/domain_conf.c: virDomainFeaturesHyperVDefParse, virDomainFeaturesKVMDefParse',
    },
  ],
  since: '0.1.0',
  check(context) {
    const features = child(context.domain, 'features');
    if (features) tellUnfit(context, features, UNFIT);
  },
});
