import { spanOf } from '../../text/span.ts';
import { defineRule } from '../define.ts';
import { faultsOf, thingsOf } from './faults.ts';
import { inWords } from './wording.ts';

export default defineRule({
  name: 'ignored-text',
  reads: 'libvirt',
  topic: 'schema',
  severity: 'warning',
  summary: 'Text stands in an element where libvirt reads none.',
  general: true,
  sources: [{ title: 'libvirt: schema of a domain', ref: 'src/conf/schemas/domaincommon.rng' }],
  since: '0.1.0',
  check(context) {
    const { uri } = context.guest.label;
    for (const fault of faultsOf(context)) {
      if (fault.kind !== 'unexpected-text') continue;
      context.report({
        message: `libvirt reads no text in ${inWords(fault.element)}: this is silently ignored.`,
        at: spanOf(uri, fault.at),
        about: thingsOf(fault),
        tags: ['unnecessary'],
      });
    }
  },
});
