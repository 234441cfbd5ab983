import { describe, expect, it } from 'vitest';
import { withoutAlternatives } from '../../server/src/dialects/libvirt/alternatives.ts';
import { analyze } from '../../server/src/service/analyze.ts';
import { repair } from '../../server/src/service/fixes.ts';
import { DEFAULT_SETTINGS } from '../../server/src/service/settings.ts';
import { parseXml } from '../../server/src/syntax/xml/parse.ts';
import { childElements, walk } from '../../server/src/syntax/xml/query.ts';
import type { XmlElement } from '../../server/src/syntax/xml/tree.ts';
import { applyEdits } from '../../server/src/text/edit.ts';
import type { Range } from '../../server/src/text/span.ts';
import { corpus, filesIn } from '../lib/shared.ts';

const analysisOf = (text: string) => analyze({ uri: 'test', text }, DEFAULT_SETTINGS);

const errors = (text: string): string[] =>
  analysisOf(text)
    ?.findings.filter(({ severity }) => severity === 'error')
    .map(({ rule, message }) => `${rule}: ${message}`) ?? ['not read'];

const DOMAIN = `<domain type='kvm'>
  <name>guest</name>
  <memory unit='GiB'>4</memory>
  <currentMemory unit='GiB'>4</currentMemory>
  <memoryBacking>
    <hugepages><page size='2' unit='MiB' nodeset='0-1'/></hugepages>
  </memoryBacking>
  <vcpu placement='static'>4</vcpu>
  <iothreads>1</iothreads>
  <cputune>
    <vcpupin vcpu='0' cpuset='0'/>
    <vcpupin vcpu='1' cpuset='1'/>
    <iothreadpin iothread='1' cpuset='2'/>
  </cputune>
  <numatune>
    <memory mode='strict' nodeset='0-1'/>
    <memnode cellid='0' mode='strict' nodeset='0'/>
  </numatune>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/><ioapic driver='qemu'/></features>
  <cpu mode='host-passthrough'>
    <topology sockets='2' cores='2' threads='1'/>
    <numa>
      <cell id='0' cpus='0-1' memory='2' unit='GiB'/>
      <cell id='1' cpus='2-3' memory='2' unit='GiB'/>
    </numa>
  </cpu>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw' iothread='1'/>
      <source file='/a.img'/>
      <target dev='vda' bus='virtio'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
    </disk>
    <controller type='pci' index='0' model='pcie-root'/>
    <controller type='pci' index='1' model='pcie-root-port'>
      <target chassis='1' port='0x8'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x01' function='0x0'/>
    </controller>
    <controller type='pci' index='2' model='pcie-expander-bus'>
      <target busNr='200'><node>1</node></target>
    </controller>
    <controller type='pci' index='3' model='pcie-root-port'>
      <address type='pci' bus='0x02' slot='0x00' function='0x0'/>
    </controller>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <source><address domain='0x0000' bus='0x21' slot='0x00' function='0x0'/></source>
      <address type='pci' bus='0x03' slot='0x00' function='0x0'/>
    </hostdev>
    <iommu model='intel'><driver intremap='on' caching_mode='on'/></iommu>
    <memballoon model='none'/>
  </devices>
</domain>
`;

const PLACEHOLDERS = [
  '{{ x }}',
  '{{ x[\'y\'] | default("z") }}',
  '{% if x %}1{% else %}2{% endif %}',
  '${x}',
  '$X',
  '%s',
  '%(x)s',
  '@x@',
  '%X%',
  '__X__',
  "${x.y('z')}",
  '<%= x["y"] %>',
  '{x}',
];

const replaced = (text: string, { start, end }: Range, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

/** The values of attributes, and the texts of elements. */
function valuesOf(text: string): Range[] {
  return [...walk(parseXml(text))].flatMap((element) => {
    const values: Range[] = element.attributes.flatMap(({ value }) => (value ? [value] : []));
    const { startTagEnd, endTagStart } = element;
    if (childElements(element).length === 0 && endTagStart !== undefined && endTagStart > startTagEnd) {
      values.push({ start: startTagEnd, end: endTagStart });
    }
    return values;
  });
}

const elementsOf = (text: string): XmlElement[] =>
  [...walk(parseXml(text))].filter((element) => element.parent?.parent);

describe('a template', () => {
  it('is sound without placeholders', () => {
    expect(errors(DOMAIN)).toEqual([]);
    expect(valuesOf(DOMAIN).length).toBeGreaterThan(60);
  });

  it.each(PLACEHOLDERS)('may leave every value to %s', (placeholder) => {
    for (const range of valuesOf(DOMAIN)) {
      const text = replaced(DOMAIN, range, placeholder);
      expect([text, ...errors(text)]).toEqual([text]);
    }
  });

  it('hides no tag that merely stands between braces', () => {
    const { root, problems } = parseXml('<a><b>${&#60;</b>}<c/></a>');
    expect(problems).toEqual([]);
    expect(childElements(childElements(root)[0]!).map(({ name }) => name.text)).toEqual(['b', 'c']);
  });

  it.each(['{{ x }}', '{% include "x" %}', '<%= x %>', '${x}', '%s', '@x@'])(
    'may leave every element to %s',
    (placeholder) => {
      for (const element of elementsOf(DOMAIN)) {
        const text = replaced(DOMAIN, element, placeholder);
        expect([text, ...errors(text)]).toEqual([text]);
      }
    },
  );

  it('may have each element in two forms, of which one will be there', () => {
    for (const element of elementsOf(DOMAIN)) {
      const own = DOMAIN.slice(element.start, element.end);
      for (const [begin, or, end] of [
        ['{% if x %}', '{%- elif y -%}', '{% endif %}'],
        ['<% if x %>', '<% else %>', '<% end %>'],
        ['{{ if .X }}', '{{ else }}', '{{ end }}'],
      ]) {
        const text = replaced(DOMAIN, element, `${begin}${own}${or}${own}${end}`);
        expect([text, ...errors(text)]).toEqual([text]);
      }
    }
  });

  it('may begin with what is no XML', () => {
    expect(errors(`{% set cpus = 4 %}\n{# a guest #}\n${DOMAIN}`)).toEqual([]);
    expect(
      errors(`{%- macro root() -%}{% if x %}pc{% else %}virt{% endif %}{%- endmacro %}\n${DOMAIN}`),
    ).toEqual([]);
    expect(errors(`<%\nimport uuid\n%>\n${DOMAIN}`)).toEqual([]);
  });

  it('may make tags and attributes, and speak of others over several lines', () => {
    const text = DOMAIN.replace(
      "<ioapic driver='qemu'/>",
      "<% x.each do |y| %><<%= y[:name] %> state='on'/><% end %>",
    )
      .replace('<disk type', "<%# not yet:\n    <disk type='???'>\n    </disk>\n    -%>\n    <disk type")
      .replace(
        "<driver name='qemu' type='raw' iothread='1'/>",
        '<driver <%=\n x.map { |k, v| "#{k}=\'#{v}\'" }\n %>/>',
      )
      .replace("<iommu model='intel'>", "<iommu<% x.each do |k, v| %> <%= k %>='<%= v %>'<% end %>>")
      .replace(
        '<os>',
        "<sysinfo type='smbios'>\n<<%= x %>>\n<entry name='a'>b</entry>\n</<%= x %>>\n</sysinfo><os>",
      );
    const found = analysisOf(text)!.findings.filter(({ severity }) => severity !== 'hint');
    expect(found.map(({ rule }) => rule).filter((rule) => /^ignored|missing|malformed/.test(rule))).toEqual(
      [],
    );
    expect(errors(text)).toEqual([]);
  });

  it('may decide line by line, as Mako does', () => {
    const text = DOMAIN.replace('<cpu mode', '% if nested:\n  <cpu mode')
      .replace('</cpu>', '</cpu>\n  %endif')
      .replace(
        "<source file='/a.img'/>",
        "%if disk.path:\n      <source ${disk.kind}='${disk.path}'/>\n% endif",
      );
    const found = analysisOf(text)!.findings.filter(({ severity }) => severity !== 'hint');
    expect(found.map(({ rule }) => rule)).not.toContain('ignored-attribute');
    expect(found.map(({ rule }) => rule)).not.toContain('ignored-text');
    expect(errors(text)).toEqual([]);
  });

  it('keeps its blocks when it is repaired', () => {
    const text = DOMAIN.replace("cores='2'", "cores='3'").replace(
      '<memballoon',
      "{% if x %}<sound model='{{ y }}'/>{% else %}<sound model='ich6'/>{% endif %}\n    <memballoon",
    );
    const mended = applyEdits(text, repair(analysisOf(text)!));
    expect(mended).toBe(text.replace("cores='3'", "cores='2'"));
  });

  it('of other projects stays without errors where a value is left open', () => {
    const files = filesIn(corpus, 'libvirt-pos').filter(
      ({ name }, i) => i % 97 === 0 && name.endsWith('.xml'),
    );
    for (const { name, text } of files.filter((file) => file.text.length < 8000)) {
      if (!analysisOf(text)) continue;
      for (const range of valuesOf(text)) {
        const template = replaced(text, range, '{{ x }}');
        const found = analysisOf(template)?.findings.filter(({ severity }) => severity === 'error') ?? [];
        expect([
          name,
          text.slice(range.start, range.end),
          ...found.map(({ message }) => message),
        ]).toHaveLength(2);
      }
    }
  });
});

describe('alternatives of a template', () => {
  it('are blanked out behind the first, in place', () => {
    const text =
      'a{% if x %}b{% elif y %}c\n{% if z %}d{% else %}e{% endif %}{% else %}f{% endif %}g{% for i in x %}h{% else %}i{% endfor %}j';
    const shown = withoutAlternatives(text);
    expect(shown).toHaveLength(text.length);
    expect(shown.replace(/\{%.*?%\}/g, '').replace(/ /g, '')).toBe('ab\nghj');
  });

  it('are told by the words of every engine', () => {
    for (const [text, shown] of [
      ["<% if a.b? == 'c' %>1<% else %>2<% end %>3", '13'],
      ['<% a.each do |b| -%>1<% if b %>2<% else %>3<% end %><% end %>4', '124'],
      ['{{#if a}}1{{else}}2{{/if}}3', '13'],
      ['{{- if eq .A "b" -}}1{{- else if .C -}}2{{- end -}}3', '13'],
      ['{%- if a is defined -%}1{%- else -%}2{%- endif -%}3', '13'],
    ] as const) {
      const digits = withoutAlternatives(text).replace(/\{[{%].*?[%}]\}|<%.*?%>| /g, '');
      expect([text, digits]).toEqual([text, shown]);
    }
  });

  it('stay where nothing ends them, or where there is no condition', () => {
    for (const text of [
      'a{% if x %}b{% else %}c',
      'a{% else %}b{% endif %}c',
      'a {{ else }} b',
      'plain else',
    ]) {
      expect(withoutAlternatives(text)).toBe(text);
    }
  });
});

describe('a file with more than a domain', () => {
  const wrongDomain = (name: string): string =>
    DOMAIN.replace('guest', name).replace("cores='2'", "cores='3'");

  it.each([
    ['a domstatus', (domain: string) => `<domstatus state='running' pid='1'><vcpus/>${domain}</domstatus>`],
    ['a snapshot', (domain: string) => `<domainsnapshot><name>s</name>${domain}</domainsnapshot>`],
    ['a checkpoint', (domain: string) => `<domaincheckpoint><name>c</name>${domain}</domaincheckpoint>`],
    ['a list', (domain: string) => `<domains>${domain}</domains>`],
    ['a comment', (domain: string) => `<!-- virsh -->\n<?xml version='1.0'?>\n${domain}`],
  ])('%s: the domain in it is read', (_, wrap) => {
    expect(errors(wrap(DOMAIN))).toEqual([]);
    expect(errors(wrap(wrongDomain('a')))).toHaveLength(1);
  });

  it('several domains: each for itself', () => {
    const analysis = analysisOf(`<domains>${DOMAIN}${wrongDomain('a')}${wrongDomain('b')}</domains>`)!;
    expect(analysis.document.subjects).toHaveLength(3);
    expect(
      analysis.findings.filter(({ severity }) => severity === 'error').map(({ guest }) => guest),
    ).toEqual(['a', 'b']);
  });
});
