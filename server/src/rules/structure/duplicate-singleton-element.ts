import type { Change } from '../../dialects/change.ts';
import { attribute, child, childElements, children } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';

/**
 * Where libvirt reads only the first of several elements, and where it refuses a second one
 * (src/conf/domain_conf.c, by the XPath of each: `string(./memory[1])`, "only one … is supported").
 */
const PLACES: readonly { readonly parent: string; readonly names: readonly string[] }[] = [
  {
    parent: 'domain',
    names: [
      'name',
      'title',
      'memory',
      'currentMemory',
      'maxMemory',
      'vcpu',
      'iothreads',
      'os',
      'cpu',
      'clock',
      'on_poweroff',
      'on_reboot',
      'on_crash',
      'numatune',
    ],
  },
  { parent: 'cpu', names: ['topology', 'numa'] },
  { parent: 'devices', names: ['memballoon', 'vsock'] },
  { parent: 'cputune', names: ['emulatorpin'] },
];

const REFUSALS: Readonly<Record<string, string>> = {
  numatune: 'only one numatune is supported',
  memballoon: 'only a single memory balloon device is supported',
  vsock: 'only a single vsock device is supported',
  emulatorpin: 'only one emulatorpin is supported',
};

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
    for (const { parent, names } of PLACES) {
      const parents = parent === 'domain' ? [domain] : children(domain, parent);
      // Of a list such as <devices> all parts count as one; each <cpu> is read for itself.
      if (parent === 'cpu') for (const cpu of parents) checkIn(context, [cpu], names);
      else checkIn(context, parents, names);
    }
  },
});

function checkIn(context: LibvirtContext, parents: readonly XmlElement[], names: readonly string[]): void {
  for (const name of names) {
    const all =
      parents.length === 1 ? children(parents[0]!, name) : parents.flatMap((each) => children(each, name));
    if (all.length < 2) continue;
    const [first, ...others] = all.filter(isPlain);
    for (const other of others) if (first) report(context, first, other, REFUSALS[name]);
  }
}

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
