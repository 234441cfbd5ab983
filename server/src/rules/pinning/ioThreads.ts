import type { Change } from '../../dialects/change.ts';
import type { LibvirtVariant } from '../../dialects/document.ts';
import { isKnown } from '../../guest/value.ts';
import { child, textOf } from '../../syntax/xml/query.ts';
import type { Fix } from '../define.ts';

/**
 * Makes an I/O thread of a number, and keeps those that there are. libvirt gives the numbers from 1 up to the count,
 * except where `<iothreadids>` names others.
 */
export function makeIoThread({ domain, guest }: LibvirtVariant, number: number): Fix[] {
  const { ioThreads } = guest.threads;
  if (!isKnown(ioThreads) || number < 1) return [];
  const count = child(domain, 'iothreads');
  const ids = child(domain, 'iothreadids');
  // Numbers far away would otherwise bring many threads that nothing uses.
  const named = ids !== undefined || number > ioThreads.value.size + 4;
  const wanted = named ? ioThreads.value.size + 1 : number;
  const range = count && textOf(count).range;
  const changes: Change[] = [];
  if (range) changes.push({ op: 'text', span: { ...guest.label, ...range }, newText: String(wanted) });
  if (count && !range) return [];
  const iothread = { name: 'iothread', attributes: { id: String(number) } };
  const after = count ?? child(domain, 'vcpu');
  const place = { parent: domain, ...(after ? { after } : {}) };
  if (named && ids) changes.push({ op: 'add-element', parent: ids, template: iothread });
  else if (named) {
    changes.push({ op: 'add-element', ...place, template: { name: 'iothreadids', children: [iothread] } });
  } else if (!count) {
    changes.push({ op: 'add-element', ...place, template: { name: 'iothreads', text: String(wanted) } });
  }
  return [{ title: `Make I/O thread ${number}`, applicability: 'suggestion', changes }];
}

/** What the guest has, for a message. */
export function nameIoThreads({ guest }: LibvirtVariant): string {
  const { ioThreads } = guest.threads;
  if (!isKnown(ioThreads) || ioThreads.value.isEmpty) return 'has none';
  return `has ${ioThreads.value.size === 1 ? 'only I/O thread' : 'I/O threads'} ${ioThreads.value}`;
}
