import { attribute, children } from '../../syntax/xml/query.ts';
import { defineRule } from '../define.ts';
import { lacks, type Refusal, removeElement, tellRefusal, word } from '../refusal.ts';
import { is, isNot, type Table, tellUnfit, valueAt } from '../unfit.ts';
import { type Disk, disksOf } from './disks.ts';

/** Those of which a server has more than one disk, so that it has a name. */
const NAMED = new Set('rbd sheepdog gluster iscsi http https ftp ftps tftp vxhs nfs ssh'.split(' '));

/** Protocols by which nobody says who they are. */
const WITHOUT_USERS = ['nbd', 'sheepdog', 'gluster', 'tftp', 'vxhs', 'nfs'];

/** Of disks over the network. */
const UNFIT: Table = () => [
  ...['auth', 'source/auth'].map((path) => ({
    path,
    when: is('source@protocol', ...WITHOUT_USERS),
    fact: 'Nobody says who they are by {source@protocol}',
    words: "authentication is not supported for protocol '{source@protocol}'",
  })),
  {
    path: 'source@startupPolicy',
    fact: 'Whether a disk over the network is there shows only when the guest starts',
    words: "disk startupPolicy '{value}' is not allowed for disk of 'network' type",
  },
  {
    path: 'source@tls',
    of: (answer) => answer === 'yes',
    when: isNot('source@protocol', 'nbd', 'vxhs', 'rbd', 'http', 'https', 'ftps', 'ftp'),
    fact: 'Nothing is encrypted by TLS on the way to {source@protocol}',
    words: "TLS transport is not supported for disk protocol '{source@protocol}'",
  },
  {
    path: 'source/host@socket',
    when: (disk) => (valueAt(disk, 'source/host@transport') ?? 'tcp') === 'tcp',
    fact: 'socket= is for the transport unix, and this is tcp',
    words: "transport 'tcp' does not support socket attribute",
  },
  {
    path: 'source@name',
    of: (name) => !name.includes('/'),
    when: is('source@protocol', 'rbd', 'gluster'),
    fact: 'An image of {source@protocol} is in a pool or volume, which goes before it: pool/image',
    words: "can't split path '{value}' into pool name and image name",
    removable: false,
  },
];

export default defineRule({
  name: 'network-disk-unfit',
  reads: 'libvirt',
  concerns: ['disk'],
  topic: 'structure',
  severity: 'error',
  summary: 'A disk over the network says what its protocol does not know.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value', 'disk-setting-unfit'],
  sources: [
    {
      title: "libvirt: authentication is not supported for protocol '…'",
      ref: 'src/conf/domain_validate.c: virDomainDiskDefValidateSourceChainOne, virDomainDiskDefValidateStartupPolicy',
    },
    {
      title: "libvirt: can't split path '…' into pool name and image name",
      ref: 'src/conf/domain_conf.c: virDomainDiskSourceNetworkParse',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const disk of disksOf(context.domain)) {
      if (disk.type !== 'network') continue;
      tellUnfit(context, disk.element, UNFIT);
      const refusal = hostsOf(disk) ?? nameOf(disk);
      if (refusal) tellRefusal(context, refusal);
    }
  },
});

function nameOf({ source }: Disk): Refusal | undefined {
  const protocol = word(source, 'protocol');
  if (!source || !protocol || !NAMED.has(protocol)) return undefined;
  if (attribute(source, 'name') || source.openTag) return undefined;
  return {
    fact: `A disk by ${protocol} says by name= which it is, and this does not`,
    words: 'missing name for disk source',
    element: source,
  };
}

/** A server of nbd is one, and the disk is there or nowhere. */
function hostsOf({ source }: Disk): Refusal | undefined {
  if (!source || word(source, 'protocol') !== 'nbd') return undefined;
  const hosts = children(source, 'host');
  if (hosts.length === 1 || !(hosts.length > 1 || lacks(source, 'host'))) return undefined;
  return {
    fact: `A disk by nbd is on one host, and ${hosts.length === 0 ? 'none is' : `${hosts.length} are`} named`,
    words: 'nbd protocol accepts only one host',
    element: hosts[1] ?? source,
    fixes: hosts.slice(1).length === 1 ? [removeElement(hosts[1]!)] : [],
  };
}
