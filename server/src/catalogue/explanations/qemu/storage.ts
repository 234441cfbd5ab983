import type { QemuTopic } from '../explanation.ts';

/** Disks: the nodes that hold their contents, and the devices that the guest sees. */
export const storageTopics: readonly QemuTopic[] = [
  {
    option: 'drive',
    itself: {
      side: 'both',
      text: 'A disk image in one option: where its contents are, in which format, and how it is plugged in.',
      pitfall: 'Without `if=none` the machine plugs it in itself, and no `-device` can have it.',
    },
    properties: {
      file: { side: 'host', text: 'The image: a path, or an address such as `nbd://host/export`.' },
      format: {
        side: 'host',
        text: 'The format of the image.',
        default: 'what the first bytes look like',
        pitfall:
          'A raw image of unsaid format lets the guest write a header that is believed at the next start.',
      },
      if: {
        side: 'guest',
        text: 'What the image is plugged into: `virtio`, `ide`, `pflash` and so on, or `none` to leave that to a `-device`.',
        default: 'ide on a PC',
      },
      index: { side: 'guest', text: 'The place among the disks of the same interface, counted from 0.' },
      media: { side: 'guest', text: 'Whether the guest sees a disk or a CD drive.', default: 'disk' },
      cache: {
        side: 'host',
        text: 'How writes go through the page cache of the host. `none` goes past it, `writeback` through it, `unsafe` also ignores flushes.',
        default: 'writeback',
        pitfall: '`unsafe` loses data when the host stops.',
      },
      aio: {
        side: 'host',
        text: 'How reads and writes are handed to the kernel: by threads, by its own asynchronous calls or by io_uring.',
        default: 'threads',
        pitfall: '`native` works only together with `cache=none` or `cache=directsync`.',
      },
      discard: {
        side: 'host',
        text: 'Whether blocks that the guest gives up are freed in the image.',
        default: 'ignore',
      },
      'detect-zeroes': {
        side: 'host',
        text: 'Whether writes of zeros are turned into holes; `unmap` frees them too where discard allows it.',
        default: 'off',
      },
      snapshot: {
        side: 'host',
        text: 'Sends all writes to a temporary file and leaves the image as it is.',
        default: 'off',
      },
      werror: {
        side: 'host',
        text: 'What happens when a write fails: stop the guest, tell it, or go on.',
        default: 'enospc: stop where the host is full, tell otherwise',
      },
      rerror: { side: 'host', text: 'What happens when a read fails.', default: 'report' },
      'read-only': { side: 'host', text: 'Opens the image for reading alone.', default: 'off' },
    },
  },
  {
    option: 'blockdev',
    itself: {
      side: 'host',
      text: 'One node of the chain that holds a disk: a file, or a format on top of another node. A `-device` takes the topmost by its node-name.',
      since: 'QEMU 2.9',
      pitfall: 'Unlike `-drive` it plugs nothing in.',
    },
    properties: {
      driver: { side: 'host', text: 'What the node is: `file`, `raw`, `qcow2`, `nbd` and so on.' },
      'node-name': {
        side: 'host',
        text: 'The name by which other nodes and devices find it; at most 31 characters.',
      },
      file: { side: 'host', text: 'The node below it, by its name or written out as `file.driver=…`.' },
      backing: { side: 'host', text: 'The node that holds what was not written to this one.' },
      filename: { side: 'host', text: 'The path of the file that the node reads.' },
      'read-only': { side: 'host', text: 'Lets nothing be written through this node.', default: 'off' },
      'auto-read-only': {
        side: 'host',
        text: 'Opens the file for reading alone until something wants to write.',
        default: 'off',
      },
      discard: {
        side: 'host',
        text: 'Whether requests to free blocks are handed on.',
        default: 'ignore',
        pitfall: 'Every node of the chain has to allow it.',
      },
      'detect-zeroes': {
        side: 'host',
        text: 'Whether a node looks for writes that are all zeros.',
        default: 'off',
      },
      aio: { side: 'host', text: 'The way of a file node into the kernel.', default: 'threads' },
      locking: {
        side: 'host',
        text: 'Whether the file is locked against a second QEMU that writes.',
        default: 'auto',
      },
    },
  },
  {
    option: 'device',
    type: 'virtio-blk-pci',
    itself: { side: 'guest', text: 'A paravirtual disk with a PCI function of its own.' },
    properties: {
      drive: {
        side: 'both',
        text: 'The id of a `-drive` with `if=none`, or the node-name of a `-blockdev`.',
      },
      iothread: {
        side: 'host',
        text: 'The id of the `-object iothread` that serves its requests.',
        default: 'the main thread of QEMU',
      },
      'num-queues': {
        side: 'guest',
        text: 'How many queues the guest can fill at once.',
        default: 'one for each vCPU',
        pitfall: 'More queues than vCPUs gain nothing.',
      },
      'queue-size': {
        side: 'guest',
        text: 'Requests that fit into one queue; a power of two.',
        default: '256',
      },
      bootindex: {
        side: 'guest',
        text: 'Its place in the order in which firmware tries to boot; lowest first.',
        pitfall: 'It outranks `-boot order=`.',
      },
      serial: { side: 'guest', text: 'The serial number that the guest reads, at most 20 characters.' },
      'write-cache': {
        side: 'guest',
        text: 'Whether the guest is told of a write cache that it must flush.',
      },
      logical_block_size: {
        side: 'guest',
        text: 'The sector size that the guest addresses.',
        unit: 'bytes',
        default: '512',
      },
    },
  },
  {
    option: 'object',
    type: 'iothread',
    itself: {
      side: 'host',
      text: 'A thread of the host that serves disks, beside the main thread of QEMU. It can be pinned on its own.',
    },
    properties: {
      'poll-max-ns': {
        side: 'host',
        text: 'How long the thread spins for new requests before it sleeps; 0 switches that off.',
        unit: 'nanoseconds',
        default: '32768',
      },
    },
  },
  {
    option: 'cdrom',
    itself: { side: 'both', text: 'An image as a CD in the third place of the IDE or SATA controller.' },
  },
  {
    option: 'hda',
    itself: {
      side: 'both',
      text: 'An image as the first IDE or SATA disk.',
      pitfall: 'It cannot say the format, so that QEMU guesses.',
    },
  },
  {
    option: 'snapshot',
    itself: { side: 'host', text: 'Keeps what is written to any disk in temporary files, lost at the end.' },
  },
];
