import type { Change } from '../../dialects/change.ts';
import { attribute } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Span, spanOf } from '../../text/span.ts';
import { defineRule, type Fix } from '../define.ts';

const NAMESPACE = 'http://libvirt.org/schemas/domain/qemu/1.0';

/** What the namespace has for a domain. Without a prefix only the first is told from other things. */
const ELEMENTS = new Set(['commandline', 'capabilities', 'override', 'deprecation']);

export default defineRule({
  name: 'qemu-commandline-namespace',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'warning',
  summary: "Arguments for QEMU stand outside of libvirt's namespace for them, and are dropped.",
  sources: [
    { title: 'libvirt: QEMU namespace', ref: 'docs/drvqemu.rst: Pass-through of arbitrary qemu commands' },
    { title: 'libvirt: qemu:commandline', ref: 'src/qemu/qemu_domain.c: qemuDomainDefNamespaceParse' },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    for (const element of domain.children) {
      if (element.kind !== 'element' || !ELEMENTS.has(localName(element.name.text))) continue;
      const [prefix, name] = splitName(element.name.text);
      if (prefix === '' && name !== 'commandline') continue;
      const declaration = declarationOf(element, prefix);
      if (declaration?.uri === NAMESPACE) continue;
      const place = (range: { start: number; end: number }): Span => spanOf(guest.label.uri, range);
      report({
        message: messageFor(element.name.text, prefix, declaration?.uri),
        at: place(declaration?.value ?? element.name),
        about: element,
        fixes: [fixFor(domain, element, prefix, declaration)],
      });
    }
  },
});

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const splitName = (name: string): readonly [prefix: string, name: string] => {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
};

interface Declaration {
  readonly element: XmlElement;
  readonly name: string;
  readonly uri: string;
  readonly value: { readonly start: number; readonly end: number } | undefined;
}

/** Where a prefix, or the lack of one, is given its namespace. */
function declarationOf(element: XmlElement, prefix: string): Declaration | undefined {
  const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const found = attribute(at, name);
    if (found) return { element: at, name, uri: found.value?.text ?? '', value: found.value };
  }
  return undefined;
}

function messageFor(name: string, prefix: string, uri: string | undefined): string {
  const fact =
    uri !== undefined
      ? `<${name}> belongs to the namespace '${uri}', which libvirt does not know`
      : prefix === ''
        ? `<${name}> has no namespace`
        : `The prefix ${prefix} of <${name}> is not declared`;
  return `${fact}: libvirt drops the element silently, and QEMU gets nothing of it.`;
}

function fixFor(
  domain: XmlElement,
  element: XmlElement,
  prefix: string,
  declaration: Declaration | undefined,
): Fix {
  const changes: Change[] = [];
  if (declaration && prefix !== '') {
    changes.push({ op: 'set-attribute', ...declaration, text: NAMESPACE });
  } else if (prefix === '') {
    changes.push({ op: 'set-attribute', element, name: 'xmlns', text: NAMESPACE });
  } else {
    changes.push({ op: 'set-attribute', element: domain, name: `xmlns:${prefix}`, text: NAMESPACE });
  }
  const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  return { title: `Declare it: ${name}='${NAMESPACE}'`, applicability: 'suggestion', changes };
}
