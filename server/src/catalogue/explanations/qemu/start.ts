import type { QemuTopic } from '../explanation.ts';

/** How a guest starts, what it reads of itself, and how the process runs. */
export const startTopics: readonly QemuTopic[] = [
  {
    option: 'boot',
    itself: { side: 'guest', text: 'What the firmware tries to boot from, and what it shows before.' },
    properties: {
      order: {
        side: 'guest',
        text: 'Drives by letter: `a` floppy, `c` first disk, `d` CD, `n` network.',
        default: 'cad',
        pitfall: 'Firmware of the UEFI kind looks at `bootindex=` of devices instead.',
      },
      once: { side: 'guest', text: 'Another order for the first start alone.' },
      menu: { side: 'guest', text: 'Whether the firmware offers a choice.', default: 'off' },
      strict: { side: 'guest', text: 'Boots from nothing that has no `bootindex=`.', default: 'off' },
      'splash-time': { side: 'guest', text: 'How long the picture or menu stays.', unit: 'milliseconds' },
    },
  },
  {
    option: 'rtc',
    itself: { side: 'guest', text: 'The battery clock of the guest.' },
    properties: {
      base: {
        side: 'guest',
        text: 'What it starts with: `utc`, `localtime` or a date.',
        default: 'utc',
        pitfall: 'Windows expects `localtime`.',
      },
      clock: {
        side: 'both',
        text: 'What drives it: the time of the host, or one that stands still while the guest is stopped.',
        default: 'host',
      },
      driftfix: {
        side: 'guest',
        text: '`slew` makes good for ticks that the guest missed.',
        default: 'none',
      },
    },
  },
  {
    option: 'kernel',
    itself: { side: 'guest', text: 'A kernel of the host that is started without a boot loader.' },
  },
  {
    option: 'append',
    itself: { side: 'guest', text: 'The command line of that kernel.', pitfall: 'Only with `-kernel`.' },
  },
  {
    option: 'initrd',
    itself: {
      side: 'guest',
      text: 'The initial RAM disk of that kernel.',
      pitfall: 'QEMU refuses it without `-kernel`.',
    },
  },
  {
    option: 'bios',
    itself: {
      side: 'guest',
      text: 'The firmware, as a read-only image.',
      default: 'SeaBIOS on a PC',
      pitfall: 'UEFI loaded so has no place for its variables; two `-drive if=pflash` give it one.',
    },
  },
  {
    option: 'name',
    itself: { side: 'both', text: 'What the guest is called in windows and lists.' },
    properties: {
      'debug-threads': {
        side: 'host',
        text: 'Names the threads of QEMU, so that vCPUs can be told apart and pinned.',
        default: 'off',
      },
    },
  },
  {
    option: 'uuid',
    itself: { side: 'guest', text: 'The UUID that the guest reads from its SMBIOS tables.' },
  },
  {
    option: 'smbios',
    itself: {
      side: 'guest',
      text: 'Fields of a table that tells the guest what machine it is: maker, product, serial numbers.',
    },
  },
  {
    option: 'fw_cfg',
    itself: {
      side: 'guest',
      text: 'A file for the firmware or the guest to read.',
      pitfall: 'Names of its own begin with `opt/`.',
    },
  },
  {
    option: 'global',
    itself: {
      side: 'guest',
      text: 'A property for every device of a driver, also for those that the machine makes by itself: `driver.property=value`.',
      pitfall: 'A driver that no device has is passed over without an error.',
    },
  },
  {
    option: 'usb',
    itself: {
      side: 'guest',
      text: 'Gives the machine its USB controller.',
      pitfall: 'That one is USB 1.1 on the old PC; `-device qemu-xhci` is quicker.',
    },
  },
  {
    option: 'nodefaults',
    itself: {
      side: 'guest',
      text: 'Leaves out what the machine has unasked: graphics, network card, CD drive, serial port.',
    },
  },
  {
    option: 'no-user-config',
    itself: { side: 'host', text: 'Reads no configuration file of the installation.' },
  },
  {
    option: 'daemonize',
    itself: { side: 'host', text: 'Goes into the background once the machine is made.' },
  },
  { option: 'pidfile', itself: { side: 'host', text: 'A file that gets the number of the process.' } },
  {
    option: 'S',
    itself: {
      side: 'both',
      text: 'Holds the CPUs until a monitor says `cont`: the time to pin the threads.',
    },
  },
  {
    option: 's',
    itself: {
      side: 'host',
      text: 'Waits for a debugger on TCP port 1234.',
      pitfall: 'On every interface of the host.',
    },
  },
  { option: 'no-reboot', itself: { side: 'both', text: 'Ends QEMU when the guest starts again.' } },
  {
    option: 'sandbox',
    itself: { side: 'host', text: 'Takes system calls from QEMU that it does not need.' },
  },
  { option: 'incoming', itself: { side: 'host', text: 'Waits for a guest that another QEMU sends.' } },
  {
    option: 'icount',
    itself: {
      side: 'guest',
      text: 'Ties the time of the guest to the instructions it has run.',
      pitfall: 'Only with emulated CPUs.',
    },
  },
];
