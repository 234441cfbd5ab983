import type { LibvirtTopic } from '../explanation.ts';

/** vCPUs and the other threads of QEMU, and the host CPUs they run on. */
export const threadTopics: readonly LibvirtTopic[] = [
  {
    path: 'domain/vcpu',
    itself: {
      side: 'guest',
      text: 'The most vCPUs the guest can have, numbered from 0.',
      pitfall: 'It must be the product of `<topology>`, if there is one.',
    },
    attributes: {
      placement: {
        side: 'host',
        text: 'static keeps to cpuset, auto asks the numad service of the host where to run.',
        default: 'static',
        pitfall: 'With auto the cpuset is ignored, and without numad on the host the guest does not start.',
      },
      cpuset: {
        side: 'host',
        text: 'The host CPUs for every thread of the guest that has no pin of its own.',
        default: 'all host CPUs',
        pitfall: 'These are Linux CPU numbers (P# in lstopo), and ^3 takes one out of a range.',
      },
      current: {
        side: 'guest',
        text: 'How many of the vCPUs are switched on at start; the rest can be added later.',
        default: 'all of them',
      },
    },
  },
  {
    path: 'domain/iothreads',
    itself: {
      side: 'host',
      text: 'How many extra threads serve disks, numbered from 1.',
      default: '0',
      pitfall: 'A thread works only for disks and controllers whose `<driver iothread="…">` names it.',
    },
  },
  {
    path: 'domain/cputune',
    itself: {
      side: 'host',
      text: 'Which host CPUs the threads of the guest run on, and how much of them they get.',
      pitfall: 'Memory does not follow: bind it with `<numatune>` to the nodes of these CPUs.',
    },
  },
  {
    path: 'cputune/vcpupin',
    itself: {
      side: 'host',
      text: 'Ties one vCPU to host CPUs.',
      default: 'the cpuset of `<vcpu>`',
    },
    attributes: {
      vcpu: {
        side: 'guest',
        text: 'The vCPU, counted from 0.',
        pitfall: 'A number that does not exist is dropped without a word.',
      },
      cpuset: {
        side: 'host',
        text: 'The host CPUs it may use. One CPU each is best for a vCPU that must not wait.',
        pitfall: 'Hyper-thread siblings are rarely neighbours in number: look at `thread_siblings_list`.',
      },
    },
  },
  {
    path: 'cputune/emulatorpin',
    itself: {
      side: 'host',
      text: 'Ties the threads of QEMU that are neither vCPU nor I/O thread.',
      default: 'the cpuset of `<vcpu>`',
    },
    attributes: {
      cpuset: {
        side: 'host',
        text: 'Host CPUs for that work. Take spare ones on the node of the guest memory and its devices.',
        pitfall: 'On the same CPUs as pinned vCPUs it makes the guest stutter.',
      },
    },
  },
  {
    path: 'cputune/iothreadpin',
    itself: {
      side: 'host',
      text: 'Ties one I/O thread to host CPUs.',
      default: 'the cpuset of `<vcpu>`',
    },
    attributes: {
      iothread: {
        side: 'host',
        text: 'The I/O thread, counted from 1.',
        pitfall: 'A number that `<iothreads>` does not provide is refused; 0 never exists.',
      },
      cpuset: {
        side: 'host',
        text: 'Host CPUs for its disk work, best on the node of the controller and apart from the vCPUs.',
      },
    },
  },
];
