import { child, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf, type Uri } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';
import { content, type Refusal, tellRefusal } from '../refusal.ts';

const EVENTS = ['poweroff', 'reboot', 'crash'] as const;

const DUMPS = new Set(['coredump-destroy', 'coredump-restart']);

const LOCK_ACTIONS = new Set(['poweroff', 'restart', 'pause', 'ignore']);

export default defineRule({
  name: 'lifecycle-action-unfit',
  reads: 'libvirt',
  concerns: ['on_poweroff', 'on_reboot', 'on_crash', 'on_lockfailure'],
  topic: 'structure',
  severity: 'error',
  summary: 'What is to happen when the guest ends is not what libvirt can do.',
  explains: ['invalid-value'],
  sources: [
    {
      title: "libvirt: Lifecycle event '…' doesn't support '…' action",
      ref: 'src/conf/domain_conf.c: virDomainDefLifecycleActionAllowed, virDomainEventActionParseXML',
    },
    {
      title: "libvirt: qemu driver doesn't support the 'preserve' action",
      ref: 'src/qemu/qemu_validate.c: qemuValidateLifecycleAction',
    },
  ],
  since: '0.1.0',
  check(context) {
    const { uri } = context.guest.label;
    for (const event of EVENTS) {
      const element = child(context.domain, `on_${event}`);
      const refusal = element && refusalOf(uri, event, element);
      if (refusal) tellRefusal(context, refusal);
    }
    for (const refusal of [contradiction(uri, context.domain), lockOf(uri, context.domain)])
      if (refusal) tellRefusal(context, refusal);
  },
});

function refusalOf(uri: Uri, event: (typeof EVENTS)[number], element: XmlElement): Refusal | undefined {
  const action = content(element);
  if (action === undefined) return undefined;
  const crash = event === 'crash';
  if (DUMPS.has(action)) {
    if (crash) return undefined;
    const words = `Lifecycle event '${event}' doesn't support '${action}' action`;
    return refuse(uri, element, 'Memory is dumped after a crash only', words);
  }
  if (action === 'rename-restart') {
    const words =
      "qemu driver doesn't support the 'rename-restart' action for 'on_reboot'/'on_poweroff'/'on_crash'";
    return refuse(uri, element, 'libvirt does not give guests of QEMU new names', words);
  }
  if (action !== 'preserve' || crash) return undefined;
  const words = "qemu driver doesn't support the 'preserve' action for 'on_reboot'/'on_poweroff'";
  return refuse(
    uri,
    element,
    `Only a crashed guest is kept for inspection, and this is said of ${event}`,
    words,
  );
}

const refuse = (uri: Uri, element: XmlElement, fact: string, words: string): Refusal => ({
  fact,
  words,
  element,
  fixes: [...write(uri, element, 'destroy'), ...write(uri, element, 'restart')],
});

function write(uri: Uri, element: XmlElement, text: string): Fix[] {
  const { range, plain } = textOf(element);
  if (!range || !plain) return [];
  return [
    {
      title: `Write ${text}`,
      applicability: 'suggestion',
      changes: [{ op: 'text', span: spanOf(uri, range), newText: text }],
    },
  ];
}

/** To start again after the end, and to end after a start, is not both to be had. */
function contradiction(uri: Uri, domain: XmlElement): Refusal | undefined {
  const poweroff = child(domain, 'on_poweroff');
  const reboot = child(domain, 'on_reboot');
  if (!poweroff || !reboot || content(poweroff) !== 'restart' || content(reboot) !== 'destroy')
    return undefined;
  return {
    fact: 'A guest that ends is to start again, and one that starts again is to end',
    words: "qemu driver doesn't support 'onReboot' set to 'destroy and 'onPoweroff' set to 'reboot'",
    element: poweroff,
    beside: { element: reboot, message: 'This one ends it.' },
    fixes: [...write(uri, poweroff, 'destroy'), ...write(uri, reboot, 'restart')],
  };
}

function lockOf(uri: Uri, domain: XmlElement): Refusal | undefined {
  const element = child(domain, 'on_lockfailure');
  const action = content(element);
  if (!element || action === undefined || LOCK_ACTIONS.has(action)) return undefined;
  return {
    fact: `There is no ${action} to be done when a lock is lost`,
    words: `unknown on_lockfailure action: ${action}`,
    element,
    fixes: [...write(uri, element, 'poweroff'), ...write(uri, element, 'pause')],
  };
}
