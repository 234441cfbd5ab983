import { defineRule } from '../define.ts';
import { devicesOf } from '../refusal.ts';
import { type Table, tellUnfit } from '../unfit.ts';

/** 0 to 2 are the hypervisor, the loopback and the host. */
const FIRST = 3;

const UNFIT: Table = () => [
  {
    path: 'cid@address',
    of: (text) => !/^\s*\+?\d+$/.test(text),
    fact: "'{value}' is no number",
    words:
      "Invalid value for attribute 'address' in element 'cid': '{value}'. Expected non-negative integer value",
    instead: [String(FIRST)],
    removable: false,
  },
  {
    path: 'cid@address',
    of: (text) => /^\s*\+?0+$/.test(text),
    fact: 'The number 0 is that of the hypervisor',
    words: "Invalid value for attribute 'address' in element 'cid': Zero is not permitted",
    instead: [String(FIRST)],
    removable: false,
  },
  {
    path: 'cid@address',
    of: (text) => Number(text) > 0 && Number(text) < FIRST,
    fact: `The numbers below ${FIRST} are those of the host, and {value} cannot be a guest's`,
    words: `guest CIDs must be >= ${FIRST}`,
    instead: [String(FIRST)],
    removable: false,
  },
];

export default defineRule({
  name: 'vsock-cid-unfit',
  reads: 'libvirt',
  concerns: ['vsock'],
  topic: 'structure',
  severity: 'error',
  summary: 'A guest has a number among sockets that is none of a guest.',
  explains: ['invalid-value', 'unreadable-number'],
  sources: [
    {
      title: 'libvirt: guest CIDs must be >= 3',
      ref: 'src/conf/domain_validate.c: virDomainVsockDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    for (const vsock of devicesOf(context.domain, 'vsock')) tellUnfit(context, vsock, UNFIT);
  },
});
