import type { Option, Property } from '../../dialects/qemu/option.ts';
import { type Conflict, isOff } from './conflict.ts';

/** Properties of a network backend that QEMU does not take together, by its type. */
export function conflictInNetwork(option: Option): Conflict | undefined {
  switch (option.makes) {
    case 'socket':
      return inSocket(option);
    case 'tap':
      return inTap(option);
    case 'user':
      return inUser(option);
    default:
      return undefined;
  }
}

const WAYS = ['fd', 'listen', 'connect', 'mcast', 'udp'];

/** net/socket.c: net_init_socket. */
function inSocket(option: Option): Conflict | undefined {
  const refusal = 'exactly one of listen=, connect=, mcast= or udp= is required';
  const ways = option.properties.filter(({ key }) => WAYS.includes(key));
  const second = ways.find(({ key }) => key !== ways[0]!.key);
  if (second) return { at: second, fact: `${ways[0]!.key} and ${second.key} exclude each other`, refusal };
  const local = option.find('localaddr');
  return local && ways[0] && !/^(mcast|udp|fd)$/.test(ways[0].key)
    ? {
        at: local,
        fact: `localaddr is for packets, and ${ways[0].key} makes a connection`,
        refusal: 'localaddr= is only valid with mcast= or udp=',
      }
    : undefined;
}

/** What is said of an interface that QEMU opens itself (net/tap.c: net_init_tap). */
const OF_NEW_INTERFACE = ['ifname', 'script', 'downscript', 'vnet_hdr'];

const isNewOne = ({ key }: Property): boolean => OF_NEW_INTERFACE.includes(key);

function inTap(option: Option): Conflict | undefined {
  const opened = option.find('fd') ?? option.find('fds') ?? option.find('helper');
  const at = opened && option.properties.find(isNewOne);
  return opened && at
    ? {
        at,
        fact: `${at.key} is about an interface that QEMU opens, and ${opened.key} names one that is open already`,
        // As QEMU 11.1 says it; those before name each of the three in a sentence of its own.
        refusal: 'ifname=, script=, downscript=, vnet_hdr= are invalid with fd=/fds=/helper=',
      }
    : undefined;
}

function inUser(option: Option): Conflict | undefined {
  const ipv6 = option.find('ipv6');
  return ipv6 && isOff(option, 'ipv6') && isOff(option, 'ipv4')
    ? { at: ipv6, fact: 'A network without IPv4 and IPv6 carries nothing', refusal: 'IPv4 and IPv6 disabled' }
    : undefined;
}
