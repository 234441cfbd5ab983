import type { Change } from '../../dialects/change.ts';
import { attribute, child, childElements, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';

/**
 * Where libvirt reads only the first of several elements, and where it refuses a second one
 * (src/conf/domain_conf.c, by the XPath of each: `string(./memory[1])`, "only one … is supported").
 */
const PLACES: readonly { readonly parent: string; readonly name: string; readonly refusal?: string }[] = [
  { parent: 'domain', name: 'name' },
  { parent: 'domain', name: 'title' },
  { parent: 'domain', name: 'memory' },
  { parent: 'domain', name: 'currentMemory' },
  { parent: 'domain', name: 'maxMemory' },
  { parent: 'domain', name: 'vcpu' },
  { parent: 'domain', name: 'iothreads' },
  { parent: 'domain', name: 'os' },
  { parent: 'domain', name: 'cpu' },
  { parent: 'cpu', name: 'topology' },
  { parent: 'cpu', name: 'numa' },
  { parent: 'domain', name: 'clock' },
  { parent: 'domain', name: 'on_poweroff' },
  { parent: 'domain', name: 'on_reboot' },
  { parent: 'domain', name: 'on_crash' },
  { parent: 'domain', name: 'numatune', refusal: 'only one numatune is supported' },
  { parent: 'devices', name: 'memballoon', refusal: 'only a single memory balloon device is supported' },
  { parent: 'devices', name: 'vsock', refusal: 'only a single vsock device is supported' },
  { parent: 'cputune', name: 'emulatorpin', refusal: 'only one emulatorpin is supported' },
];

export default defineRule({
  name: 'duplicate-singleton-element',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'warning',
  summary: 'An element of which libvirt reads only one stands twice.',
  explains: ['ignored-element'],
  sources: [
    { title: 'libvirt: first of several elements', ref: 'src/conf/domain_conf.c: virDomainDefParseXML' },
  ],
  since: '0.1.0',
  check(context) {
    const { domain } = context;
    for (const { parent, name, refusal } of PLACES) {
      const parents = parent === 'domain' ? [domain] : children(domain, parent);
      // Of a list such as <devices> all parts count as one; each <cpu> is read for itself.
      const groups = parent === 'cpu' ? parents.map((element) => [element]) : [parents];
      for (const group of groups) {
        const all =
          group.length === 1 ? children(group[0]!, name) : group.flatMap((each) => children(each, name));
        if (all.length < 2) continue;
        const [first, ...others] = all.filter(isPlain);
        for (const other of others) if (first) report(context, first, other, refusal);
      }
    }
  },
});

/** `<memory model='dimm'>` is a memory device in the wrong place, which is another mistake. */
const isPlain = (element: XmlElement): boolean =>
  element.name.text !== 'memory' || attribute(element, 'model') === undefined;

function report(
  { report, guest }: LibvirtContext,
  first: XmlElement,
  second: XmlElement,
  refusal?: string,
): void {
  const { uri } = guest.label;
  const name = second.name.text;
  report({
    message: messageFor(second, refusal),
    at: spanOf(uri, second.name),
    about: second,
    ...(refusal ? { severity: 'error' } : { tags: ['unnecessary'] }),
    related: [{ span: spanOf(uri, first.name), message: `The first <${name}>.` }],
    fixes: fixesFor(first, second),
  });
}

/** Of a second <cpu> libvirt still takes the cells: it looks for `./cpu/numa[1]`, whichever <cpu> that stands in. */
const numaIsRead = (second: XmlElement): boolean =>
  second.name.text === 'cpu' && child(second, 'numa') !== undefined;

function messageFor(second: XmlElement, refusal: string | undefined): string {
  const name = second.name.text;
  if (refusal) return `A second <${name}>: libvirt refuses the domain with "${refusal}".`;
  if (!numaIsRead(second))
    return `A second <${name}>: libvirt reads the first and silently ignores this one.`;
  const rest = second.attributes.length > 0 || childElements(second).length > 1;
  return `A second <cpu>: libvirt takes its <numa> all the same${rest ? ', and silently ignores the rest of it' : ''}.`;
}

function fixesFor(first: XmlElement, second: XmlElement): Fix[] {
  const remove: Change = { op: 'remove-element', element: second };
  const numa = child(second, 'numa');
  if (numa && numaIsRead(second) && !child(first, 'numa')) {
    const whole = second.attributes.length === 0 && childElements(second).length === 1;
    return [
      {
        title: 'Move <numa> into the first <cpu> and remove this one',
        applicability: whole ? 'safe' : 'suggestion',
        changes: [{ op: 'move-element', element: numa, to: first }, remove],
      },
    ];
  }
  return [{ title: `Remove this <${second.name.text}>`, applicability: 'suggestion', changes: [remove] }];
}
