import { isKnown } from '../../guest/value.ts';
import { defineRule, type Fix } from '../define.ts';
import { makeIoThread, nameIoThreads } from './ioThreads.ts';

export default defineRule({
  name: 'iothreadpin-unknown',
  reads: 'libvirt',
  concerns: ['iothreadpin'],
  topic: 'pinning',
  severity: 'error',
  summary: 'An I/O thread is pinned that the guest does not have.',
  sources: [
    {
      title: "libvirt: Cannot find 'iothread'",
      ref: 'src/conf/domain_conf.c: virDomainIothreadPinDefParseXML',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { ioThreads, ioThreadPins } = context.guest.threads;
    for (const pin of ioThreadPins.items) {
      const { thread } = pin;
      if (!isKnown(thread)) continue;
      const remove: Fix = {
        title: 'Remove the pin',
        applicability: 'suggestion',
        changes: [{ op: 'remove', entity: pin }],
      };
      if (thread.value === 0) {
        context.report({
          message:
            "I/O threads count from 1: libvirt refuses the domain with \"Invalid value for attribute 'iothread' in " +
            "element 'iothreadpin': Zero is not permitted\".",
          at: thread.span,
          about: pin,
          fixes: [remove],
        });
      } else if (isKnown(ioThreads) && !ioThreads.value.has(thread.value)) {
        context.report({
          message:
            `I/O thread ${thread.value} is pinned, but the guest ${nameIoThreads(context)}: libvirt refuses the ` +
            `domain with "Cannot find 'iothread' : ${thread.value}".`,
          at: thread.span,
          about: pin,
          fixes: [...makeIoThread(context, thread.value), remove],
        });
      }
    }
  },
});
