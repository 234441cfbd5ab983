import { defineRule } from '../define.ts';
import { type Table, tellUnfit } from '../unfit.ts';

/** libvirt takes the 32 digits with hyphens and blanks between them, wherever they stand. */
const isNoUuid = (text: string): boolean => !/^[0-9a-fA-F]{32}$/.test(text.replace(/[\s-]/g, ''));

const UNFIT: Table = () => [
  {
    path: 'uuid',
    of: (text) => text !== '' && isNoUuid(text),
    fact: 'A UUID has 32 hexadecimal digits, and {value} is none',
    words: 'malformed uuid element',
  },
  {
    path: 'genid',
    of: (text) => text !== '' && isNoUuid(text),
    fact: 'A generation is named by a UUID of 32 hexadecimal digits, and {value} is none',
    words: 'malformed genid element',
  },
  {
    path: 'title',
    of: (text) => text.includes('\n'),
    fact: 'A title is one line',
    words: "Domain title can't contain newlines",
    removable: false,
  },
];

export default defineRule({
  name: 'domain-identity-unfit',
  reads: 'libvirt',
  concerns: ['uuid', 'genid', 'title'],
  topic: 'structure',
  severity: 'error',
  summary: 'The UUID or the title of a domain has the wrong form.',
  explains: ['invalid-value'],
  sources: [
    { title: 'libvirt: malformed uuid element', ref: 'src/conf/domain_conf.c: virDomainDefParseIDs' },
    {
      title: "libvirt: Domain title can't contain newlines",
      ref: 'src/conf/domain_postparse.c: virDomainDefPostParseCommon',
    },
  ],
  since: '0.1.0',
  check(context) {
    tellUnfit(context, context.domain, UNFIT);
  },
});
