import type { QemuTopic } from '../explanation.ts';

/** Guest RAM and the host memory behind it. */
export const memoryTopics: readonly QemuTopic[] = [
  {
    option: 'm',
    itself: {
      side: 'guest',
      text: 'How much RAM the guest starts with, and how much more can be plugged in later.',
      unit: 'MiB',
      default: '128 MiB',
      pitfall: 'The NUMA nodes must add up to exactly this size.',
    },
    properties: {
      size: {
        side: 'guest',
        text: 'RAM at start. Memory devices such as pc-dimm come on top of it.',
        unit: 'MiB',
        default: '128 MiB, or the size of the backend that `-machine memory-backend=` names',
        pitfall: 'With guest NUMA nodes their backends must add up to exactly this, or QEMU exits.',
      },
      slots: {
        side: 'guest',
        text: 'How many memory modules (pc-dimm, nvdimm) can be plugged in.',
        default: '0',
        pitfall: 'Without `maxmem=` QEMU exits with "slots specified but no max-size".',
      },
      maxmem: {
        side: 'guest',
        text:
          'The most RAM the guest can ever have: `size=` plus everything that ' +
          'may be plugged in. It takes guest address space from the start.',
        unit: 'bytes',
        default: 'the same as size',
        pitfall: 'A bare number here is bytes, while a bare `size=` is MiB: always write the suffix.',
      },
    },
  },
  {
    option: 'mem-path',
    itself: {
      side: 'host',
      text:
        'Takes guest RAM from files in this directory, usually a ' +
        'hugetlbfs mount. The older way to say memory-backend-file.',
      pitfall: 'It is silently ignored when the NUMA nodes use `memdev=`, even if the path does not exist.',
    },
  },
  {
    option: 'mem-prealloc',
    itself: {
      side: 'host',
      text: 'Turns on prealloc for every memory backend: all guest RAM is taken before the guest starts.',
      pitfall:
        'It cannot choose a host node; without `policy=bind` the pages land wherever QEMU happens to run.',
    },
  },
  {
    option: 'overcommit',
    properties: {
      'mem-lock': {
        side: 'host',
        text: 'Locks guest RAM and QEMU itself in host memory, so that nothing is ever swapped out.',
        default: 'off',
        pitfall: 'The limit on locked memory (`ulimit -l`) must be above the size of the guest.',
      },
    },
  },
  {
    option: 'object',
    type: 'memory-backend-*',
    itself: {
      side: 'host',
      text: 'Host memory that can serve as guest RAM. This is where the host NUMA node is chosen.',
      pitfall:
        'It is allocated even if nothing uses it: attach it ' +
        'with `-numa node,memdev=` or `-machine memory-backend=`.',
    },
    properties: {
      id: {
        side: 'both',
        text: 'The name by which `memdev=` or `memory-backend=` finds this memory.',
        pitfall: 'One backend serves one node; for two nodes make two backends.',
      },
      size: {
        side: 'both',
        text: 'How much host memory this is, and so how much RAM its guest node gets.',
        unit: 'bytes',
        pitfall: 'Suffixes are single letters, so 4GB is refused and 4G is right.',
      },
      policy: {
        side: 'host',
        text:
          'How the host kernel picks a node for each page. bind: only the listed ' +
          'nodes. preferred: those first. interleave: in turn over all of them.',
        default: 'default (the node of the thread that touches the page first)',
        pitfall: 'Every policy but default needs `host-nodes=`, and `host-nodes=` needs such a policy.',
      },
      'host-nodes': {
        side: 'host',
        text: 'The host NUMA nodes that `policy=` speaks of, numbered as `numactl -H` shows them.',
        default: 'none',
        pitfall:
          'These are host nodes, while `nodeid=` on `-numa` ' +
          'is a guest node; and the list is 0-1, never 0,1.',
      },
      prealloc: {
        side: 'host',
        text: 'Touches every page before the guest starts, so that missing memory shows at once.',
        default: 'off',
        pitfall:
          'Huge pages without it can run out later on the bound ' +
          'node, and then the kernel kills QEMU with SIGBUS.',
      },
      'prealloc-threads': {
        side: 'host',
        text: 'How many threads touch the pages. More threads start a big guest faster.',
        default: 'the number of vCPUs',
        since: 'QEMU 5.0',
      },
      'prealloc-context': {
        side: 'host',
        text: 'The id of a thread-context object whose CPUs do the preallocating.',
        default: 'none: the threads run where QEMU may run',
        since: 'QEMU 7.2',
        pitfall: 'Without `prealloc=on` it does nothing.',
      },
      share: {
        side: 'host',
        text: 'Maps the memory so that other processes can use it: virtiofsd and vhost-user need that.',
        default: 'off for -ram and -file, on for -memfd and -shm',
        pitfall: 'For a shared file on an ordinary disk file system the kernel ignores `host-nodes=`.',
      },
      reserve: {
        side: 'host',
        text: 'Reserves swap space or huge pages for the whole size when the memory is mapped.',
        default: 'on',
        since: 'QEMU 6.1',
        pitfall: '`reserve=off` together with `prealloc=on` is refused.',
      },
      merge: {
        side: 'host',
        text: 'Lets the host fold equal pages of several guests into one (KSM).',
        default: 'on, or what `-machine mem-merge=` says',
        pitfall: 'RAM that a passed-through device has pinned is never merged.',
      },
    },
  },
  {
    option: 'object',
    type: 'memory-backend-ram',
    itself: {
      side: 'host',
      text: 'Plain anonymous host memory, for guests that need neither huge pages of their own nor sharing.',
      pitfall: 'To take pages from the huge page pool use memory-backend-memfd with `hugetlb=on` instead.',
    },
  },
  {
    option: 'object',
    type: 'memory-backend-file',
    itself: {
      side: 'host',
      text: 'Host memory from a file: huge pages on hugetlbfs, shared memory on tmpfs, or persistent memory.',
    },
    properties: {
      'mem-path': {
        side: 'host',
        text:
          'The file, or the directory in which QEMU makes one. A hugetlbfs mount ' +
          'such as `/dev/hugepages` gives huge pages of the size of that mount.',
        pitfall: 'If hugetlbfs is not mounted there, QEMU makes an ordinary file without a word.',
      },
      'discard-data': {
        side: 'host',
        text: 'Drops the contents of the file when QEMU ends, which makes stopping a big guest faster.',
        default: 'off',
        pitfall: 'On a file that should keep its data, such as an nvdimm image, the data is gone.',
      },
    },
  },
  {
    option: 'object',
    type: 'memory-backend-memfd',
    itself: {
      side: 'host',
      text:
        'Shared host memory without a path. With `hugetlb=on` ' +
        'it comes from the huge page pool, no mount needed.',
      since: 'QEMU 2.12',
    },
    properties: {
      hugetlb: {
        side: 'host',
        text: 'Takes the memory from the host pool of huge pages.',
        default: 'off',
        pitfall:
          'With `policy=bind` the pages must be free on that very node; the total of the pool says nothing.',
      },
      hugetlbsize: {
        side: 'host',
        text: 'Which huge pages to take, such as 2M or 1G. The size of the backend must be a multiple.',
        unit: 'bytes',
        default: '0 (the host default, on x86 usually 2M)',
        pitfall: 'It is ignored without `hugetlb=on`.',
      },
    },
  },
  {
    option: 'object',
    type: 'memory-backend-shm',
    itself: {
      side: 'host',
      text: 'POSIX shared memory without a path, for vhost-user on hosts that have no memfd.',
      since: 'QEMU 9.1',
    },
  },
  {
    option: 'object',
    type: 'thread-context',
    itself: {
      side: 'host',
      text: 'Host CPUs on which the threads that preallocate a memory backend shall run.',
      since: 'QEMU 7.2',
      pitfall: 'It does not pin vCPUs.',
    },
    properties: {
      'node-affinity': {
        side: 'host',
        text: 'Host NUMA nodes whose CPUs may be used. Take the node that the backend is bound to.',
        pitfall: 'It cannot be combined with `cpu-affinity=`, and a node without CPUs is refused.',
      },
      'cpu-affinity': {
        side: 'host',
        text: 'Host CPUs that may be used, by their Linux numbers.',
        pitfall: 'It excludes `node-affinity=`: give one of the two.',
      },
    },
  },
];
