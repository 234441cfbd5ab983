import type { QemuTopic } from '../explanation.ts';

/** The NUMA topology that the guest sees. Binding to the host is the business of the memory backends. */
export const numaTopics: readonly QemuTopic[] = [
  {
    option: 'numa',
    itself: {
      side: 'guest',
      text: 'Describes the NUMA topology that the guest sees: nodes, distances, latencies.',
      default: 'no nodes: the guest sees one flat memory',
      pitfall: 'It binds nothing on the host: that takes `host-nodes=` on the backends and pinned vCPUs.',
    },
  },
  {
    option: 'numa',
    type: 'node',
    itself: {
      side: 'guest',
      text: 'One NUMA node of the guest: some vCPUs and some memory that are near each other.',
      pitfall: 'A guest node is near only on paper until its memory and its vCPUs share a host node.',
    },
    properties: {
      nodeid: {
        side: 'guest',
        text: 'The number of the guest node. Numbers run from 0 without gaps, up to 127.',
        default: 'the next free number',
        pitfall: 'It has nothing to do with host node numbers; those are in `host-nodes=` of the backend.',
      },
      cpus: {
        side: 'guest',
        text: 'The vCPUs of this node, as a number or a range; the key may be repeated.',
        default: 'by socket number: with one socket every vCPU goes to node 0',
        pitfall: 'A comma ends the value: write `cpus=0,cpus=2` instead of `cpus=0,2`.',
      },
      memdev: {
        side: 'guest',
        text: 'The id of the memory backend that is the RAM of this node. Its size is the size of the node.',
        since: 'QEMU 2.1',
        pitfall: 'The complaint "`memdev=`… is ambiguous" usually means that no object has this id.',
      },
      mem: {
        side: 'guest',
        text: 'The RAM of this node without a backend, so without any say about the host node.',
        unit: 'MiB',
        pitfall: 'Machine types from 5.1 on refuse it: use `memdev=` with a backend.',
      },
      initiator: {
        side: 'guest',
        text: 'The guest node whose vCPUs reach this memory best. Meant for nodes with memory but no vCPUs.',
        since: 'QEMU 5.0',
        pitfall: 'It needs `-machine hmat=on` and must name a node that has vCPUs.',
      },
    },
  },
  {
    option: 'numa',
    type: 'dist',
    itself: {
      side: 'guest',
      text: 'The distance that the guest firmware reports between two guest nodes.',
      since: 'QEMU 2.10',
      default: '10 within a node, 20 between nodes',
      pitfall: 'The nodes must stand before it, and as soon as one pair is given every pair must be.',
    },
    properties: {
      src: { side: 'guest', text: 'The guest node from which the distance is measured.' },
      dst: { side: 'guest', text: 'The guest node to which the distance is measured.' },
      val: {
        side: 'guest',
        text: 'The distance: 10 is local, 20 twice as far, 255 unreachable. The highest value is 255.',
        pitfall:
          'It only informs the guest; take the numbers of ' +
          'the host nodes behind, as `numactl -H` prints them.',
      },
    },
  },
  {
    option: 'numa',
    type: 'cpu',
    itself: {
      side: 'guest',
      text: 'Puts vCPUs into a guest node by their place in the topology instead of by number.',
      since: 'QEMU 2.10',
      pitfall: 'The node must be declared before it.',
    },
    properties: {
      'node-id': { side: 'guest', text: 'The guest node that receives these vCPUs.' },
      'socket-id': {
        side: 'guest',
        text: 'Only vCPUs of this guest socket. Add die-id, core-id or thread-id to take fewer.',
        pitfall: 'A level that `-smp` does not use, such as die-id with one die, is refused.',
      },
    },
  },
  {
    option: 'numa',
    type: 'hmat-lb',
    itself: {
      side: 'guest',
      text: 'Tells the guest the latency or the bandwidth between two guest nodes (ACPI HMAT).',
      since: 'QEMU 5.0',
      pitfall: 'It needs `-machine hmat=on`.',
    },
    properties: {
      initiator: { side: 'guest', text: 'The guest node that does the access; it must have vCPUs.' },
      target: { side: 'guest', text: 'The guest node whose memory is accessed.' },
      hierarchy: {
        side: 'guest',
        text: 'What is measured: memory itself, or the first, second or third level of its cache.',
      },
      'data-type': {
        side: 'guest',
        text: 'What the number is: latency or bandwidth, of reads, of writes or of any access.',
        pitfall:
          'A latency type needs `latency=`, a bandwidth type needs `bandwidth=`; the other one is refused.',
      },
      latency: { side: 'guest', text: 'How long one access takes.', unit: 'nanoseconds' },
      bandwidth: {
        side: 'guest',
        text: 'How much can be moved per second.',
        unit: 'bytes per second',
        pitfall: 'It must be a multiple of 1 MiB: a bare 1000 is refused, 1000M is fine.',
      },
    },
  },
  {
    option: 'numa',
    type: 'hmat-cache',
    itself: {
      side: 'guest',
      text: 'Tells the guest about a cache in front of the memory of a guest node (ACPI HMAT).',
      since: 'QEMU 5.0',
      pitfall: 'It needs `-machine hmat=on`, and the hmat-lb lines of that node must come first.',
    },
    properties: {
      'node-id': { side: 'guest', text: 'The guest node whose memory the cache serves.' },
      size: { side: 'guest', text: 'How much the memory cache holds.', unit: 'bytes' },
      level: {
        side: 'guest',
        text: 'Which level of the memory cache this is, from 1 to 3.',
        pitfall: 'Level 2 is refused before level 1 is described.',
      },
    },
  },
];
