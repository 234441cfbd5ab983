import type { LibvirtTopic } from '../explanation.ts';

/** The NUMA topology that the guest sees. Binding to the host is the business of `<numatune>`. */
export const numaTopics: readonly LibvirtTopic[] = [
  {
    path: 'cpu/numa',
    itself: {
      side: 'guest',
      text: 'The NUMA nodes that the guest sees. Each `<cell>` is one.',
      pitfall: 'It binds nothing on the host: that takes `<numatune>` and `<cputune>`.',
    },
  },
  {
    path: 'numa/cell',
    itself: {
      side: 'guest',
      text: 'One NUMA node of the guest: some vCPUs and some memory that are near each other.',
      pitfall: 'It is near only on paper until its vCPUs are pinned and its memory bound to one host node.',
    },
    attributes: {
      id: {
        side: 'guest',
        text: 'The number of the guest node, from 0 without gaps.',
        default: 'counted from 0 in the order of the cells',
        pitfall: 'It is not a host node number; those are in `<numatune>`.',
      },
      cpus: {
        side: 'guest',
        text: 'The vCPUs of this cell. A cell without any is memory only.',
        pitfall: 'vCPUs that no cell takes are put into the first cell.',
      },
      memory: {
        side: 'guest',
        text: 'The RAM of this cell.',
        unit: 'KiB, unless `unit=` says otherwise',
        pitfall: 'The cells decide how much RAM the guest has, whatever `<memory>` says.',
      },
      unit: {
        side: 'guest',
        text: 'What the number in `memory=` counts.',
        default: 'KiB',
        since: 'libvirt 1.2.11',
        pitfall: '`memory="4294967296"` without a unit is 4 TiB, not 4 GiB.',
      },
      memAccess: {
        side: 'host',
        text: 'Whether other processes may map the memory of this cell.',
        default: 'as in `<memoryBacking><access>`',
        since: 'libvirt 1.2.9',
      },
      discard: {
        side: 'host',
        text: 'Throws the contents away when the guest ends, so that nothing is written back to a file.',
        default: 'as in `<memoryBacking>`',
        since: 'libvirt 4.4.0',
      },
    },
  },
  {
    path: 'cell/distances',
    itself: {
      side: 'guest',
      text: 'How far this cell is from the others, as the guest firmware reports it.',
      default: '10 to itself, 20 to all others',
      since: 'libvirt 3.10.0',
      pitfall: 'It only informs the guest; copy the distances of the host nodes behind the cells.',
    },
  },
  {
    path: 'distances/sibling',
    itself: { side: 'guest', text: 'The distance from the surrounding cell to one cell.' },
    attributes: {
      id: { side: 'guest', text: 'The guest cell at the other end.' },
      value: {
        side: 'guest',
        text: 'The distance: 10 to itself, 11 to 254 to others, 255 for unreachable.',
        pitfall: 'A 10 to another cell is refused.',
      },
    },
  },
];
