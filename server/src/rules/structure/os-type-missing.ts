import type { Change } from '../../dialects/change.ts';
import type { ElementTemplate } from '../../dialects/libvirt/change.ts';
import { mayGainChildren } from '../../dialects/libvirt/templates.ts';
import { attribute, child, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule, type Fix } from '../define.ts';
import { allDevicesOf } from '../refusal.ts';

export default defineRule({
  name: 'os-type-missing',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A domain does not say what kind of machine it boots as.',
  sources: [
    {
      title: 'libvirt: an os <type> must be specified',
      ref: 'src/conf/domain_conf.c: virDomainDefParseBootOptions',
    },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    // A piece of a domain, kept to be pasted into a whole one.
    if (!attribute(domain, 'type') && !child(domain, 'name')) return;
    // The way of old Xen guests: a program on the host picks the kernel, and libvirt asks for nothing more.
    if (child(domain, 'bootloader')) return;
    const os = child(domain, 'os');
    const type = os && child(os, 'type');
    if (type ? textOf(type).range : mayGainChildren(os ?? domain)) return;
    if (os?.children.length === 0 && !os.selfClosing && os.endTagStart === undefined) return;
    report({
      message:
        `${type ? '<type> in <os> is empty' : 'The domain has no <type> in <os>'}: libvirt refuses it with ` +
        '"an os <type> must be specified".',
      at: { ...guest.label, start: (type ?? os ?? domain).name.start, end: (type ?? os ?? domain).name.end },
      about: domain,
      fixes: [fixFor(domain, os, type, guest.label.uri)],
    });
  },
});

function fixFor(
  domain: XmlElement,
  os: XmlElement | undefined,
  type: XmlElement | undefined,
  uri: string,
): Fix {
  const machine = machineFor(domain);
  const template: ElementTemplate = { name: 'type', attributes: { arch: 'x86_64', machine }, text: 'hvm' };
  return {
    title: `Boot as a full machine: <type arch='x86_64' machine='${machine}'>hvm</type>`,
    applicability: 'suggestion',
    changes: changesFor(),
  };

  function changesFor(): Change[] {
    if (type) {
      const text = type.selfClosing
        ? undefined
        : { uri, start: type.startTagEnd, end: type.endTagStart ?? type.end };
      if (text) return [{ op: 'text', span: text, newText: 'hvm' }];
      return [
        { op: 'remove-element', element: type },
        { op: 'add-element', parent: os!, template },
      ];
    }
    if (os) return [{ op: 'add-element', parent: os, template }];
    const after = ['vcpu', 'currentMemory', 'memory', 'name']
      .map((name) => child(domain, name))
      .find(Boolean);
    const parts = { parent: domain, template: { name: 'os', children: [template] } };
    return [{ op: 'add-element', ...parts, ...(after ? { after } : {}) }];
  }
}

/** q35, unless the domain already has what only the older machine has. */
function machineFor(domain: XmlElement): 'q35' | 'pc' {
  const controllers = allDevicesOf(domain);
  const models = controllers.map((element) => attribute(element, 'model')?.value?.text);
  return models.some((model) => model === 'pci-root' || model === 'pci-expander-bus') ? 'pc' : 'q35';
}
