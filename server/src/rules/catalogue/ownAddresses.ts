import type { Misfit } from './values.ts';

const IPV4 = /^(\d{1,3}|0x[0-9a-f]+)(\.(\d{1,3}|0x[0-9a-f]+)){0,3}$/i;

const isPort = (text: string, lowest: number): boolean =>
  /^\d+$/.test(text) && Number(text) >= lowest && Number(text) <= 65_535;

/** Why a rule of -netdev user is none: `tcp:127.0.0.1:2222-:22`, `tcp:10.0.2.100:1234-cmd:cat` (net/slirp.c). */
export function misfitOfForward(key: 'hostfwd' | 'guestfwd'): (text: string) => Misfit | undefined {
  return key === 'hostfwd' ? misfitOfHostForward : misfitOfGuestForward;
}

const unfit = (form: string, refusal: string): Misfit => ({
  fact: `has the form ${form}`,
  refusal,
  whole: true,
});

/** net/slirp.c: slirp_hostfwd. Addresses in brackets and sockets of the host came with QEMU 10.2. */
function misfitOfHostForward(text: string): Misfit | undefined {
  const why = faultOfHostForward(text);
  return why === undefined
    ? undefined
    : unfit('protocol:address:port-address:port', `Invalid host forwarding rule '${text}' (${why})`);
}

function faultOfHostForward(text: string): string | undefined {
  const [protocol = '', host, ...rest] = text.split(':');
  if (host === undefined) return 'No : separators';
  if (text.includes('[') || protocol === 'unix') return undefined;
  if (!['', 'tcp', 'udp'].includes(protocol)) return 'Bad protocol name';
  if (host !== '' && !IPV4.test(host)) return 'Bad host address';
  const behind = rest.join(':');
  if (!/^[^:]*-/.test(behind)) return 'Bad host port separator';
  const [port = '', guest = ''] = splitAt(behind, '-');
  if (!isPort(port, 0)) return 'Bad host port';
  if (!guest.includes(':')) return 'Missing guest address';
  const [address = '', guestPort = ''] = splitAt(guest, ':');
  if (address !== '' && !IPV4.test(address)) return 'Bad guest address';
  return isPort(guestPort, 1) ? undefined : 'Bad guest port';
}

const splitAt = (text: string, separator: string): [string, string] => {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + 1)];
};

/** net/slirp.c: slirp_guestfwd. */
function misfitOfGuestForward(text: string): Misfit | undefined {
  if (/^(tcp)?:[^:]*:[^-]*-./.test(text)) return undefined;
  return unfit('tcp:address:port-device', `Invalid guest forwarding rule '${text}'`);
}

/** The network of -netdev user: an address, and how many of its bits are the network's (net/slirp.c: net_slirp_init). */
export function misfitOfNetwork(text: string): Misfit | undefined {
  const [address = '', mask] = text.split('/');
  if (!IPV4.test(address)) {
    return { fact: 'is a network such as 10.0.2.0/24', refusal: 'Failed to parse netmask', whole: true };
  }
  if (mask === undefined || !/^\d+$/.test(mask) || (Number(mask) >= 4 && Number(mask) <= 32))
    return undefined;
  return {
    fact: 'has from 4 to 32 bits behind the /',
    refusal: 'Invalid netmask provided (must be in range 4-32)',
    whole: true,
  };
}

/** Why a text is no place for a VNC server, `host:1` (ui/vnc.c: vnc_display_get_address); a display stands for a port of 5900 and more. */
export function misfitOfDisplay(text: string): Misfit | undefined {
  if (text === 'none' || text.startsWith('unix:')) return undefined;
  const why = faultOfDisplay(text);
  return why === undefined
    ? undefined
    : { fact: 'is host:display, such as :1, or unix:path or none', refusal: why, whole: true };
}

function faultOfDisplay(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return 'no vnc port specified';
  const display = text.slice(colon + 1);
  if (!/^\d+$/.test(display)) return `can't convert to a number: ${display}`;
  // With reverse=on it is the port itself.
  return Number(display) > 65_535 ? `port ${display} out of range` : undefined;
}
