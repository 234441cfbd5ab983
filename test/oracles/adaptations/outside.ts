import { dropped, onProperties, type Step, step } from './step.ts';

/** Network backends that need something of the host, and the properties that only they have. */
const NETWORKS =
  /^(tap|bridge|vhost-user|vhost-vdpa|socket|stream|dgram|l2tpv3|vde|netmap|af-xdp|passt|vmnet-.*)$/;
const NETWORK_PROPERTIES =
  /^(ifname|script|downscript|br|helper|fds?|vhost|vhostfds?|vhostforce|vhostdev|x-svq|queues|sndbuf|vnet_hdr|poll-us|chardev|mode|path|group|port|sock|mcast|localaddr|udp|connect|listen|server|reconnect|(addr|local|remote)\..*)$/;
/** What the user backend itself takes from the host: ports, programs and folders. */
const FORWARDING = ['hostfwd', 'guestfwd', 'smb', 'smbserver', 'tftp'];

const CLOSED_CHARACTER_DEVICES = new Set(['null', 'ringbuf', 'memory', 'vc', 'mux', 'hub']);
/** The port of display N is 5900 + N. */
const LAST_VNC_DISPLAY = 65535 - 5900;
const LISTENING = /^(on|yes|true)$/;

/** All that reaches out of QEMU: networks, character devices, displays, monitors, sound. */
export const outsideSteps: readonly Step[] = [
  step(
    'network',
    'netdev nic net',
    onProperties('type', (network) => {
      if (NETWORKS.test(network.get('type') ?? '')) {
        network.set('type', 'user');
        network.removeWhere((key) => NETWORK_PROPERTIES.test(key));
      }
      network.remove(...FORWARDING);
    }),
  ),
  step(
    'character-device',
    'chardev',
    onProperties('backend', (device, { scratch }) => {
      const backend = device.get('backend') ?? '';
      const id = device.get('id') ?? '';
      device.remove('logfile', 'logappend');
      if (CLOSED_CHARACTER_DEVICES.has(backend)) return;
      if (backend === 'file') {
        device.set('path', scratch.pathFor(device.get('path') ?? id));
      } else if (backend === 'socket' && LISTENING.test(device.get('server') ?? '')) {
        device.remove('host', 'port', 'to', 'ipv4', 'ipv6', 'nodelay', 'fd', 'abstract', 'tight', 'nowait');
        device.set('path', scratch.pathFor(`socket ${id}`));
        device.set('wait', 'off');
      } else {
        device.removeWhere((key) => !['backend', 'id', 'mux'].includes(key));
        device.set('backend', 'null');
      }
    }),
  ),
  step('console', 'serial parallel virtioconsole debugcon', (option) =>
    /^(none|null|vc\b.*|chardev:.*)$/.test(option.value ?? '') ? option : { ...option, value: 'null' },
  ),
  step('console', 'monitor qmp qmp-pretty', (option) =>
    /^(none|null|chardev:.*)$/.test(option.value ?? '') ? option : undefined,
  ),
  step('console', 'display spice gdb', (option) => (option.value === 'none' ? option : undefined)),
  // A display number that QEMU can read is a port, which may be taken; one that it cannot read stays to be refused.
  step(
    'console',
    'vnc',
    onProperties('vnc', (vnc, { scratch }) => {
      const [, display] = /^[^,]*:(\d+)$/.exec(vnc.get('vnc') ?? '') ?? [];
      if (display === undefined || Number(display) > LAST_VNC_DISPLAY) return;
      vnc.set('vnc', `unix:${scratch.pathFor(`vnc ${display}`)}`);
      vnc.remove('websocket', 'reverse', 'to', 'ipv4', 'ipv6');
    }),
  ),
  step('console', 'nographic full-screen curses sdl s', dropped),
  step(
    'audio',
    'audiodev audio',
    onProperties('driver', (audio) => {
      if (audio.get('driver') === 'none') return;
      audio.removeWhere((key) => !['driver', 'id', 'model'].includes(key));
      audio.set('driver', 'none');
    }),
  ),
];
