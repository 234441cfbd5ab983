import type { QemuTopic } from '../explanation.ts';

/** Networks, character devices and displays: the guest's ways outside. */
export const networkTopics: readonly QemuTopic[] = [
  {
    option: 'netdev',
    itself: {
      side: 'host',
      text: 'The end of a network at the host. A `-device` with `netdev=` is the card at the other end.',
      pitfall: 'One backend serves one card.',
    },
  },
  {
    option: 'netdev',
    type: 'user',
    itself: {
      side: 'host',
      text: 'A network inside the QEMU process, without privileges: the guest gets out through sockets of the host.',
      pitfall: 'The guest cannot be reached from outside except through `hostfwd`, and ping may not work.',
    },
    properties: {
      hostfwd: {
        side: 'both',
        text: 'Leads a port of the host to one of the guest: `tcp:127.0.0.1:2222-:22`.',
        pitfall: 'Without an address it listens on every interface of the host.',
      },
      net: { side: 'guest', text: 'The network that the guest sees.', default: '10.0.2.0/24' },
      dhcpstart: { side: 'guest', text: 'The first address that the built-in DHCP server gives out.' },
      restrict: { side: 'both', text: 'Keeps the guest from reaching anything outside.', default: 'off' },
      smb: { side: 'host', text: 'A folder of the host that a Samba server shows to the guest.' },
      tftp: { side: 'host', text: 'The folder from which the guest can boot over the network.' },
    },
  },
  {
    option: 'netdev',
    type: 'tap',
    itself: {
      side: 'host',
      text: 'A network interface of the host, most often one in a bridge.',
      pitfall: 'Making one needs privileges, or a file descriptor from somebody who has them.',
    },
    properties: {
      ifname: { side: 'host', text: 'The name of the interface.', default: 'the next free tap' },
      script: {
        side: 'host',
        text: 'A program that is run once the interface is there; `no` for none.',
        default: '/etc/qemu-ifup',
      },
      downscript: {
        side: 'host',
        text: 'A program that is run before the interface goes.',
        default: '/etc/qemu-ifdown',
      },
      vhost: {
        side: 'host',
        text: 'Moves packets in the kernel, by a thread that counts against the host CPUs too.',
        default: 'off',
      },
      queues: {
        side: 'host',
        text: 'How many pairs of queues the interface has; the card needs `mq=on`.',
        default: '1',
      },
      br: { side: 'host', text: 'The bridge that a helper puts the interface into.' },
      fd: { side: 'host', text: 'An open file of the interface that somebody hands to QEMU.' },
    },
  },
  {
    option: 'device',
    type: 'virtio-net-pci',
    itself: { side: 'guest', text: 'A paravirtual network card.' },
    properties: {
      netdev: { side: 'both', text: 'The id of the `-netdev` that it is the card of.' },
      mac: {
        side: 'guest',
        text: 'The hardware address.',
        default: '52:54:00:12:34:56, counted up',
        pitfall: 'Two guests started without one have the same address.',
      },
      mq: {
        side: 'guest',
        text: 'Lets the guest use as many pairs of queues as the backend has.',
        default: 'off',
      },
      vectors: {
        side: 'guest',
        text: 'Interrupt vectors; two for each pair of queues and two more are enough.',
      },
      host_mtu: { side: 'guest', text: 'The largest packet that the guest is told to send.', unit: 'bytes' },
      rx_queue_size: {
        side: 'guest',
        text: 'Packets that fit into a queue towards the guest; a power of two.',
        default: '256',
      },
    },
  },
  {
    option: 'nic',
    itself: {
      side: 'both',
      text: 'A backend and its card in one option: `user,model=virtio-net-pci`.',
      since: 'QEMU 2.12',
    },
  },
  {
    option: 'net',
    itself: {
      side: 'both',
      text: 'The oldest form of a network: cards and backends that meet in a hub.',
      pitfall: 'The hub keeps from the guest what makes it quick.',
    },
  },
  {
    option: 'chardev',
    itself: {
      side: 'host',
      text: 'A stream of characters: a socket, a file, a terminal. Ports, monitors and agents are tied to it by its id.',
    },
    properties: {
      path: { side: 'host', text: 'The socket, file or device.' },
      host: { side: 'host', text: 'The address to connect to, or to listen on.' },
      port: { side: 'host', text: 'The port of the address.' },
      server: { side: 'host', text: 'Listens for somebody instead of connecting.', default: 'off' },
      wait: {
        side: 'host',
        text: 'Whether a server holds the start of the guest until somebody has come.',
        default: 'on',
        pitfall: 'With the default QEMU seems to hang.',
      },
      logfile: { side: 'host', text: 'A file that gets a copy of all that comes from the guest.' },
      mux: {
        side: 'host',
        text: 'Lets several users share it; Ctrl-a c goes from one to the next.',
        default: 'off',
      },
    },
  },
  {
    option: 'mon',
    itself: { side: 'host', text: 'A monitor on a character device, to watch and command QEMU.' },
    properties: {
      chardev: { side: 'host', text: 'The id of the character device.' },
      mode: {
        side: 'host',
        text: '`readline` for people, `control` for programs that speak QMP.',
        default: 'readline',
      },
    },
  },
  {
    option: 'monitor',
    itself: {
      side: 'host',
      text: 'A monitor for people, with its character device in one text.',
      pitfall: 'Whoever reaches it commands QEMU and reads files of the host.',
    },
  },
  { option: 'qmp', itself: { side: 'host', text: 'A monitor for programs, which speak JSON.' } },
  {
    option: 'serial',
    itself: {
      side: 'both',
      text: 'What the next serial port of the guest is tied to: `mon:stdio`, `file:…`, `unix:…`, or `none`.',
      default: 'a window of the display; the terminal with -nographic',
    },
  },
  {
    option: 'display',
    itself: {
      side: 'host',
      text: 'Where the screen of the guest is shown on the host.',
      default: 'a window where there is one, else VNC',
    },
  },
  {
    option: 'vnc',
    itself: {
      side: 'host',
      text: 'A VNC server for the screen: `127.0.0.1:1` listens on port 5901.',
      pitfall: 'Without an address it listens on every interface, and without `password=on` it asks nobody.',
    },
    properties: {
      websocket: { side: 'host', text: 'A further port for browsers.' },
      password: {
        side: 'host',
        text: 'Asks for a password, which a monitor has to set first.',
        default: 'off',
      },
    },
  },
  {
    option: 'spice',
    itself: {
      side: 'host',
      text: 'A SPICE server for screen, sound and USB.',
      pitfall: 'QEMU listens without a password where `disable-ticketing=on` is said.',
    },
  },
  {
    option: 'vga',
    itself: {
      side: 'guest',
      text: 'The first graphics card of the guest.',
      default: 'std',
      pitfall: 'A GPU that is passed through stands beside it unless this is `none`.',
    },
  },
  {
    option: 'nographic',
    itself: {
      side: 'host',
      text: 'No window: the serial port and the monitor share the terminal. Ctrl-a x ends QEMU.',
    },
  },
];
