import type { LibvirtTopic } from '../explanation.ts';

/** Guest RAM, and the host nodes and pages behind it. */
export const memoryTopics: readonly LibvirtTopic[] = [
  {
    path: 'domain/memory',
    itself: {
      side: 'guest',
      text: 'RAM at start, memory devices included.',
      unit: 'KiB, unless `unit=` says otherwise',
      pitfall: 'If NUMA cells add up to something else, the cells win without a word.',
    },
    attributes: {
      unit: {
        side: 'guest',
        text: 'What the number counts: GiB and G are 1024 times MiB, while GB is a thousand MB.',
        default: 'KiB',
        pitfall: 'A number of bytes without `unit="b"` becomes 1024 times as much.',
      },
    },
  },
  {
    path: 'domain/currentMemory',
    itself: {
      side: 'guest',
      text: 'How much of the RAM the guest may use now; the balloon takes back the rest.',
      unit: 'KiB, unless `unit=` says otherwise',
      default: 'the same as `<memory>`',
      pitfall: 'With passed-through devices all RAM is pinned, and the balloon gives nothing back.',
    },
    attributes: {
      unit: { side: 'guest', text: 'What the number counts, as on `<memory>`.', default: 'KiB' },
    },
  },
  {
    path: 'domain/maxMemory',
    itself: {
      side: 'guest',
      text: 'The most RAM the guest can reach by plugging in memory devices.',
      unit: 'KiB, unless `unit=` says otherwise',
      since: 'libvirt 1.2.14',
      pitfall: 'Memory devices need it, and also at least one NUMA cell.',
    },
    attributes: {
      slots: {
        side: 'guest',
        text: 'How many memory modules can be plugged in.',
        pitfall: 'Every `<memory model="dimm">` of the file takes one already.',
      },
    },
  },
  {
    path: 'numatune/memory',
    itself: {
      side: 'host',
      text: 'The host nodes for all memory of the guest that has no `<memnode>` of its own.',
      pitfall: 'With several cells and several nodes here, each cell may land on any of them.',
    },
    attributes: {
      mode: {
        side: 'host',
        text:
          'strict: only these nodes. preferred: these first. interleave: ' +
          'in turn over them. restrictive: only the cgroup limits them.',
        default: 'strict',
        pitfall: 'If it is restrictive, the mode of every `<memnode>` must be so too.',
      },
      nodeset: {
        side: 'host',
        text: 'Host NUMA nodes, numbered as `numactl -H` shows them.',
        pitfall: 'A node that the host does not have stops the guest from starting.',
      },
      placement: {
        side: 'host',
        text: 'static keeps to nodeset, auto lets the numad service of the host decide.',
        default: 'static if nodeset is given, else as on `<vcpu>`',
        pitfall: 'With auto the nodeset is ignored and `<memnode>` is refused.',
      },
    },
  },
  {
    path: 'numatune/memnode',
    itself: {
      side: 'host',
      text: 'Binds the memory of one guest cell to host nodes: the heart of a NUMA guest.',
      since: 'libvirt 1.2.7',
    },
    attributes: {
      cellid: {
        side: 'guest',
        text: 'The guest cell, by its id in `<cpu><numa>`.',
        pitfall: 'A cell that does not exist is refused.',
      },
      mode: { side: 'host', text: 'How the nodes are used, with the words of `<numatune><memory mode>`.' },
      nodeset: {
        side: 'host',
        text: 'The host nodes that hold the memory of this cell. Choose those where its vCPUs are pinned.',
        pitfall: 'These are host nodes, while the nodeset of `<hugepages><page>` counts guest cells.',
      },
    },
  },
  {
    path: 'memoryBacking/hugepages',
    itself: {
      side: 'host',
      text: 'Takes guest RAM from the host pool of huge pages, all of it before the guest starts.',
      default: 'ordinary pages',
      pitfall: 'The pages must be free on the host nodes that the memory is bound to, not just in total.',
    },
  },
  {
    path: 'hugepages/page',
    itself: {
      side: 'host',
      text: 'Which size of huge page to take, for all cells or for some.',
      default: 'the size that the host takes by default',
      since: 'libvirt 1.2.5',
    },
    attributes: {
      size: {
        side: 'host',
        text: 'The page size. The host must have a pool and a hugetlbfs mount for it.',
        unit: 'KiB, unless `unit=` says otherwise',
        pitfall: '`size="1"` alone is 1 KiB: write `size="1" unit="GiB"`.',
      },
      unit: { side: 'host', text: 'What the number in `size=` counts.', default: 'KiB' },
      nodeset: {
        side: 'guest',
        text: 'The guest cells that get pages of this size.',
        default: 'all cells without a line of their own',
        pitfall: 'These are guest cells, while the nodeset of `<memnode>` counts host nodes.',
      },
    },
  },
  {
    path: 'memoryBacking/locked',
    itself: {
      side: 'host',
      text: 'Keeps guest RAM and QEMU itself from ever being swapped out.',
      default: 'not locked',
      pitfall: 'Without `<memtune><hard_limit>` QEMU may then lock all memory of the host.',
    },
  },
  {
    path: 'memtune/hard_limit',
    itself: {
      side: 'host',
      text: 'The most host memory that the whole QEMU process may take, overhead included.',
      unit: 'KiB, unless `unit=` says otherwise',
      default: 'none',
      pitfall: 'Too low and the kernel kills the guest; with passthrough leave at least 1 GiB above its RAM.',
    },
  },
  {
    path: 'memoryBacking/source',
    attributes: {
      type: {
        side: 'host',
        text: 'What guest RAM is made of: anonymous memory, a file, or memfd (shareable, without a path).',
        default: 'anonymous',
        pitfall: 'Spelled out beside `<hugepages>`, anonymous is refused; memfd goes well with them.',
      },
    },
  },
  {
    path: 'memoryBacking/access',
    attributes: {
      mode: {
        side: 'host',
        text: 'Whether other processes may map guest RAM. virtiofs and vhost-user need shared.',
        default: 'private; shared with memfd',
        pitfall: 'memAccess on a cell overrides it.',
      },
    },
  },
  {
    path: 'memoryBacking/allocation',
    attributes: {
      mode: {
        side: 'host',
        text: 'immediate takes all RAM before the guest starts, ondemand when it is first touched.',
        default: 'ondemand; immediate with `<hugepages>`',
        pitfall: 'ondemand beside `<hugepages>` is refused.',
      },
      threads: {
        side: 'host',
        text: 'How many threads take the memory at start. More threads start a big guest faster.',
        since: 'libvirt 8.2.0',
      },
    },
  },
];
