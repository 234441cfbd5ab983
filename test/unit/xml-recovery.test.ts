import { describe, expect, it } from 'vitest';
import { neverInside } from '../../server/src/dialects/libvirt/nesting.ts';
import { outline, problemsOf } from './xmlOutline.ts';

/** A variable of a shell, in a here document. */
const SHELL = '$' + '{NAME:-x}';

describe('R1: an unclosed element gives back its siblings', () => {
  it('by layout', () => {
    const text = `<domain>
  <memtune>
    <hard_limit unit='KiB'>1</hard_limit>
  <cputune>
    <shares>2</shares>
  </cputune>
</domain>`;
    expect(outline(text)).toBe('domain(memtune(hard_limit[unit=KiB]("1")) cputune(shares("2")))');
    expect(problemsOf(text)).toEqual(['element-not-closed "memtune"']);
  });

  it('by layout, across several unclosed ones', () => {
    const text = `<domain>
  <devices>
    <disk>
      <source>
    <interface/>
  </devices>
  <os/>
</domain>`;
    expect(outline(text)).toBe('domain(devices(disk(source) interface) os)');
  });

  it('takes the place of its line where it does not start it', () => {
    const text = `<domain>
  <name>a<b>
  <uuid>u</uuid>
</domain>`;
    expect(outline(text)).toBe('domain(name("a" b) uuid("u"))');
  });

  it('by the nesting table, where there is no layout', () => {
    const text = '<domain><memtune><hard_limit>1</hard_limit><cputune><shares>2</shares></cputune></domain>';
    expect(outline(text)).toBe('domain(memtune(hard_limit("1") cputune(shares("2"))))');
    expect(outline(text, neverInside)).toBe('domain(memtune(hard_limit("1")) cputune(shares("2")))');
  });

  it('by the nesting table, where the layout is wrong', () => {
    const text = `<domain>
  <devices>
  <disk/>
  <os/>
</domain>`;
    expect(outline(text)).toBe('domain(devices disk os)');
    expect(outline(text, neverInside)).toBe('domain(devices(disk) os)');
  });

  it('keeps everything where nothing is indented', () => {
    expect(outline('<domain>\n<name>n</name>\n<devices>\n<disk/>\n')).toBe('domain(name("n") devices(disk))');
  });

  it('keeps the children of a document that is cut off', () => {
    expect(outline('<domain>\n  <os>\n    <type>hvm</type>\n    <boot dev=')).toBe(
      'domain(os(type("hvm") boot[dev=?]))',
    );
  });

  it('gives comments back too', () => {
    const text = '<domain>\n  <os>\n    <boot/>\n  <!-- next -->\n  <clock/>\n</domain>';
    expect(outline(text)).toBe('domain(os(boot) <comment "next"> clock)');
  });
});

describe('R2: a closing tag closes everything within its element', () => {
  it('takes the innermost of its name', () => {
    expect(outline('<a><a><b></a><c/></a>')).toBe('a(a(b) c)');
    expect(problemsOf('<a><a><b></a><c/></a>')).toEqual(['element-not-closed "b"']);
  });

  it('also where the columns are those of another', () => {
    const text = '<a>\n  <b>\n    <b>\n  </b>\n  <c/>\n    </b>\n</a>';
    expect(outline(text)).toBe('a(b(b c))');
    expect(problemsOf(text)).toEqual([]);
  });

  it('and layout gives back what the outer one of two of a name has swallowed', () => {
    const text = `<disk>
  <backingStore>
    <backingStore>
      <format/>
  </backingStore>
  <target/>
</disk>`;
    expect(outline(text)).toBe('disk(backingStore(backingStore(format)) target)');
  });
});

describe('R3: a misspelt closing tag', () => {
  it.each([
    ['like the name', '<numa><cell>a<b/></cel><d/></numa>', 'numa(cell("a" b) d)'],
    ['swapped letters', '<numa><cell><b/></clel><d/></numa>', 'numa(cell(b) d)'],
    ['behind a text', '<os><type>hvm</xyz><d/></os>', 'os(type("hvm") d)'],
    ['in the same column', '<os>\n  <a>\n    <b/>\n  </xyz>\n  <d/>\n</os>', 'os(a(b) d)'],
    ['in the same column, across another', '<os>\n  <a>\n    <b>\n  </xyz>\n  <d/>\n</os>', 'os(a(b) d)'],
    ['not typed to its end', '<os><type>hvm</ty<d/></os>', 'os(type("hvm") d)'],
  ])('closes: %s', (_, text, expected) => {
    expect(outline(text)).toBe(expected);
    expect(problemsOf(text).filter((problem) => problem.startsWith('close-mismatch'))).toHaveLength(1);
  });

  it.each([
    ['a stray one', '<os><a/></xyz><d/></os>', 'os(a d)'],
    ['one that was only begun', '<os>\n  <a/>\n  </\n  <d/>\n</os>', 'os(a d)'],
    ['one left of what is open', '<os>\n  <a>\n    <b/>\n</xyz>\n  </a>\n</os>', 'os(a(b))'],
    ['one behind the remains of its start tag', '<os>type>hvm</type><d/></os>', 'os("type>hvm" d)'],
  ])('closes nothing: %s', (_, text, expected) => {
    expect(outline(text)).toBe(expected);
    expect(problemsOf(text).some((problem) => problem.startsWith('close-without-open'))).toBe(true);
  });
});

describe('R4: an open quote', () => {
  it.each([
    ['ends before the next tag', "<a b='1<c/></a>", 'a[b=1](c)', 'quote-not-closed "\'"'],
    ['ends with its line', "<a b='1\n  c='2'/>", 'a[b=1 c=2]', 'quote-not-closed "\'"'],
    ['ends at the end of the tag', "<a><b c='1/><d/></a>", 'a(b[c=1] d)', 'quote-not-closed "\'"'],
    ['ends before the next attribute', "<a b='1 c='2' d='3'/>", 'a[b=1 c=2 d=3]', 'quote-not-closed "\'"'],
    ['was never opened', "<a b=1' c='2'/>", 'a[b=1 c=2]', 'attribute-value-not-quoted "1"'],
    [
      'is missing on both sides',
      '<a b=/dev/vda c="2"/>',
      'a[b=/dev/vda c=2]',
      'attribute-value-not-quoted "/dev/vda"',
    ],
  ])('%s', (_, text, expected, problem) => {
    expect(outline(text)).toBe(expected);
    expect(problemsOf(text)).toContain(problem);
  });

  it('is no open quote where a value merely looks like attributes', () => {
    expect(outline("<qemu:arg value='console=ttyS0 root='/>")).toBe('qemu:arg[value=console=ttyS0 root=]');
    expect(problemsOf("<qemu:arg value='console=ttyS0 root='/>")).toEqual([]);
  });

  it('leaves attributes without a value', () => {
    expect(outline('<a b c= d="1"/>')).toBe('a[b=? c=? d=1]');
    expect(problemsOf('<a b c= />')).toEqual([
      'attribute-value-expected "b"',
      'attribute-value-expected "c"',
    ]);
  });
});

describe('R5: a start tag that is cut by another tag', () => {
  it('holds what is indented deeper', () => {
    const text = "<devices>\n  <disk type='file'\n    <source/>\n  </disk>\n</devices>";
    expect(outline(text)).toBe('devices(disk[type=file](source))');
    expect(problemsOf(text)).toEqual(['tag-not-closed "<disk"']);
  });

  it('is empty before a sibling', () => {
    const text = "<devices>\n  <dis\n  <interface type='user'/>\n</devices>";
    expect(outline(text)).toBe('devices(dis interface[type=user])');
  });

  it('is empty before the end of its parent', () => {
    expect(outline("<devices>\n  <disk type='\n</devices>")).toBe('devices(disk[type=])');
  });

  it('holds its own closing tag, also a misspelt one', () => {
    expect(outline('<os><type arch="x"</type><boot/></os>')).toBe('os(type[arch=x] boot)');
    expect(outline('<os><typhvm</type><boot/></os>')).toBe('os(typhvm boot)');
  });

  it('on one line holds what its parent can never hold', () => {
    const text = "<devices><disk type='file'<source/></disk><interface/></devices>";
    expect(outline(text)).toBe('devices(disk[type=file] source interface)');
    expect(outline(text, neverInside)).toBe('devices(disk[type=file](source) interface)');
  });

  it('holds what follows where it is the outermost element', () => {
    expect(outline('<domain type="kvm"<name>n</name></domain>')).toBe('domain[type=kvm](name("n"))');
  });
});

describe('R6: markup that is not closed', () => {
  it.each([
    [
      'a comment ends with its line',
      '<a>\n<!-- x\n<b/>\n</a>',
      'a(<comment "x"> b)',
      'comment-not-closed "<!--"',
    ],
    [
      'a comment before another',
      '<a>\n<!-- x ->\n<b/>\n<!-- y -->\n</a>',
      'a(<comment "x ->"> b <comment "y">)',
      'comment-not-closed "<!--"',
    ],
    ['a comment just begun', '<a>\n<!-\n<b/>\n</a>', 'a(<comment "-"> b)', 'comment-not-closed "<!"'],
    [
      'an instruction',
      '<?xml version="1.0">\n<a/>',
      '<instruction "xml version=\\"1.0\\""> a',
      'instruction-not-closed "<?"',
    ],
    [
      'a CDATA section',
      '<a><b><![CDATA[ <x> </b><c/></a>',
      'a(b(<cdata "<x>">) c)',
      'cdata-not-closed "<![CDATA["',
    ],
    ['a document type', '<!DOCTYPE a\n<a/>', '<doctype "a"> a', 'doctype-not-closed "<!DOCTYPE"'],
  ])('%s', (_, text, expected, problem) => {
    expect(outline(text)).toBe(expected);
    expect(problemsOf(text)).toEqual([problem]);
  });
});

describe('R7: templates survive', () => {
  it.each([
    '<name>{{ vm.name }}</name>',
    "<source file='{{ disk['path'] }}'/>",
    '<vcpu>{% if n < 4 %}4{% else %}{{ n }}{% endif %}</vcpu>',
    '<a>{% for d in disks if d.size > 3 %}<disk/>{% endfor %}</a>',
    "<a {% if x > 1 %} b='1'{% endif %}/>",
    '<name><%= @name %></name>',
    `<name>${SHELL}</name>`,
    '<uuid>%s</uuid>',
    '<name>@name@</name>',
    `<a b='%(x)s' c='${SHELL}' d='@z@' e='{{ a && b }}'/>`,
  ])('%s', (text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it('in attributes and in text', () => {
    expect(outline("<a b='{{ d['p'] }}' {% if x %} c='1'{% endif %}>{% if n < 4 %}x{% endif %}</a>")).toBe(
      `a[b={{ d['p'] }} c=1]("{% if n < 4 %}x{% endif %}")`,
    );
  });

  it('but one that is not closed on its line is none', () => {
    expect(outline('<a>{{ x\n<b/> }}</a>')).toBe('a("{{ x" b "}}")');
  });
});

describe('R8: a closing tag whose start tag is gone', () => {
  it('takes what stands to the right of it', () => {
    const text =
      "<devices>\n  <hub/>\n  disk type='file'>\n    <source/><target/>\n    <alias/>\n  </disk>\n  <tpm/>\n</devices>";
    expect(outline(text)).toBe(`devices(hub "disk type='file'>" disk(source target alias) tpm)`);
    expect(problemsOf(text)).toEqual(['close-without-open "</disk>"']);
  });

  it('takes nothing from a tidy parent', () => {
    expect(outline('<a>\n  <b/>\n  </x>\n</a>')).toBe('a(b)');
  });
});
