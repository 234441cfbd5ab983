import type { Change } from '../../dialects/change.ts';
import type { ElementTemplate } from '../../dialects/libvirt/change.ts';
import { Reader } from '../../dialects/libvirt/values.ts';
import { isKnown } from '../../guest/value.ts';
import { attribute, child, childElements, children, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { spanOf } from '../../text/span.ts';
import { formatBytes } from '../../values/byteSize.ts';
import { defineRule, type Fix, type LibvirtContext } from '../define.ts';
import { missingAcpi, readMemoryDevice, spellSize } from './memoryDevices.ts';

export default defineRule({
  name: 'memory-device-outside-devices',
  reads: 'libvirt',
  topic: 'memory',
  severity: 'warning',
  summary: 'A memory device stands outside <devices>, where libvirt does not look for it.',
  explains: [
    'memory-unit-missing',
    'duplicate-singleton-element',
    'ignored-attribute',
    'ignored-element',
    'invalid-value',
    'required-part-missing',
  ],
  sources: [
    {
      title: 'libvirt: memory devices are read from ./devices/memory',
      ref: 'src/conf/domain_conf.c: virDomainDefParseXML, virDomainDefParseMemory',
    },
  ],
  since: '0.1.0',
  check(context) {
    const all = children(context.domain, 'memory');
    for (const element of all) {
      const model = attribute(element, 'model');
      if (model)
        reportDevice(context, element, model.value?.text ?? 'a module', element === all[0] && all.length > 1);
    }
  },
});

function reportDevice(context: LibvirtContext, element: XmlElement, model: string, isFirst: boolean): void {
  const { guest, report } = context;
  report({
    message: isFirst
      ? `This ${model} stands outside <devices>, before the guest's own <memory>: libvirt takes the first for the ` +
        'memory of the guest, and silently ignores the other.'
      : `This ${model} stands outside <devices>: libvirt silently ignores it, and the guest does not have its memory.`,
    at: spanOf(guest.label.uri, element.name),
    about: element,
    ...(isFirst ? {} : { tags: ['unnecessary'] as const }),
    fixes: [
      ...moveFix(context, element),
      {
        title: 'Remove it',
        applicability: 'suggestion',
        changes: [{ op: 'remove-element', element }],
      },
    ],
  });
}

/** Where the size is known. What else libvirt wants for a module, the rules about modules add. */
function moveFix({ domain, guest }: LibvirtContext, element: XmlElement): Fix[] {
  const devices = child(domain, 'devices');
  const { size } = readMemoryDevice(new Reader(guest.label.uri), element);
  if (!devices || !isKnown(size)) return [];
  const acpi = missingAcpi(domain);
  const changes: Change[] = [
    { op: 'remove-element', element },
    { op: 'add-element', parent: devices, template: asDevice(element, spellSize(size.value)) },
    ...(acpi ? [acpi] : []),
  ];
  return [
    {
      title: `Move it into <devices>, with ${formatBytes(size.value)}`,
      applicability: 'suggestion',
      changes,
    },
  ];
}

/** The device as libvirt reads it: its size and node are elements of <target>. */
function asDevice(element: XmlElement, size: ReturnType<typeof spellSize>): ElementTemplate {
  const target = child(element, 'target');
  const node =
    target && (textOf(child(target, 'node') ?? target).text || attribute(target, 'nodeset')?.value?.text);
  const parts = [
    { name: 'size', attributes: { unit: size.unit }, text: size.text },
    { name: 'node', text: node && /^\d+$/.test(node) ? node : '0' },
    ...(target ? childElements(target).filter(({ name }) => !['size', 'node'].includes(name.text)) : []).map(
      copy,
    ),
  ];
  const others = childElements(element).filter((item) => item !== target);
  const before = others.filter(({ name }) => ['uuid', 'source'].includes(name.text)).map(copy);
  const behind = others.filter(({ name }) => ['alias', 'address'].includes(name.text)).map(copy);
  const { unit: _, ...attributes } = attributesOf(element);
  return {
    name: 'memory',
    attributes,
    children: [...before, { name: 'target', children: parts }, ...behind],
  };
}

const attributesOf = (element: XmlElement): Record<string, string> =>
  Object.fromEntries(element.attributes.map(({ name, value }) => [name.text, value?.text ?? '']));

function copy(element: XmlElement): ElementTemplate {
  const { text, range } = textOf(element);
  const elements = childElements(element).map(copy);
  const attributes = attributesOf(element);
  return {
    name: element.name.text,
    attributes,
    ...(range && elements.length === 0 ? { text } : { children: elements }),
  };
}
