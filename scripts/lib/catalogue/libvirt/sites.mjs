// The places of domain XML where something can be wrong, and one mistake for each.

const NAME = 'virtlens-probe';
const UUID = '7d1f0a52-3c64-4b8e-9a53-2e6f81b0c4d7';

/** Says nothing to anyone. */
export const WORD = 'virtlens';

/** Values that fit few types; the first that the schema refuses at a place is used there. */
const WRONG = [WORD, 'virt lens', '-7', '', '%', '/', '99999999999999999999'];

/** Texts where a number is wanted, each wrong in its own way: libvirt's readers of numbers differ in which they take. */
const NUMBERS = {
  empty: '',
  tail: '1.5',
  negative: '-7',
  hex: '0x20',
  huge: '99999999999999999999',
  large: '99999999999',
};

/** What a place takes that is for numbers. */
const RIGHT = ['1', '2', '0', '0x1', '1024'];

export const probeName = NAME;

/** The text as a domain of our own name and UUID. */
export const asProbe = (text) =>
  text
    // KVM is not everywhere, and what libvirt reads does not hang on it.
    .replace(/(<domain\b[^>]*\btype=)(['"])kvm\2/, '$1$2qemu$2')
    .replace(/<uuid>[^<]*<\/uuid>/, '')
    .replace(/<name>[^<]*<\/name>/, `<name>${NAME}</name>\n  <uuid>${UUID}</uuid>`);

export const numberKinds = Object.keys(NUMBERS);

/** Finds the mistakes that can be made in a valid domain, each as { key, kind, text }. */
export class Sites {
  #modules;
  #grammar;
  #vocabulary;
  /** Places as the schema has them, and whether it wants a number there. */
  #numeric = new Map();

  constructor(modules, version) {
    this.#modules = modules;
    this.#grammar = modules.grammarOf(version);
    // Also of newer versions: what the schema came to know, the parser often knew before.
    this.#vocabulary = vocabularyOf(modules, modules.schemaVersions().map(modules.grammarOf));
  }

  #domain(text) {
    const { parseXml, childElements } = this.#modules;
    return childElements(parseXml(text).root)[0];
  }

  isValid(text) {
    return this.#modules.validate(this.#grammar, this.#domain(text)).length === 0;
  }

  *of(text) {
    const { descendants, contextOf } = this.#modules;
    const domain = this.#domain(text);
    for (const element of [domain, ...descendants(domain)]) {
      if (/:/.test(element.name.text) || contextOf(element, false).startsWith('metadata')) continue;
      yield* this.#attributes(text, element);
      yield* this.#content(text, element);
    }
  }

  *#attributes(text, element) {
    const present = new Set();
    for (const attribute of element.attributes) {
      const name = attribute.name.text;
      if (name.includes(':') || name === 'xmlns' || !attribute.value) continue;
      present.add(name);
      const { value } = attribute;
      yield this.#site('value', element, `@${name}`, (wrong) => replace(text, value, wrong));
      yield* this.#numbers(element, `@${name}`, (wrong) => replace(text, value, wrong));
      yield this.#site('missing', element, `@${name}`, () => replace(text, attribute, ''), '');
    }
    const { allowedAttributes } = this.#modules;
    for (const name of allowedAttributes(this.#grammar, element)) {
      if (present.has(name)) continue;
      const at = { start: element.name.end, end: element.name.end };
      const write = (wrong) => replace(text, at, ` ${name}='${wrong}'`);
      yield this.#site('value', element, `@${name}`, write);
      yield* this.#numbers(element, `@${name}`, write);
    }
    const at = { start: element.name.end, end: element.name.end };
    yield this.#site('unknown', element, '@', () => replace(text, at, ` ${WORD}='1'`), WORD);
  }

  *#content(text, element) {
    const { textOf, contextOf } = this.#modules;
    const path = contextOf(element, false);
    if (path === 'name' || path === 'uuid') return;
    const { range, plain } = textOf(element);
    if (range && plain) {
      yield this.#site('value', element, '', (wrong) => replace(text, range, wrong));
      yield* this.#numbers(element, '', (wrong) => replace(text, range, wrong));
    }
    if (path !== '') yield this.#site('missing', element, '', () => replace(text, element, ''), '');
    if (path !== '') {
      const end = { start: element.end, end: element.end };
      const copy = text.slice(element.start, element.end);
      yield this.#site('repeated', element, '', () => replace(text, end, copy), '');
    }
    if (element.endTagStart !== undefined && !range) {
      const end = { start: element.endTagStart, end: element.endTagStart };
      yield this.#site('unknown', element, '/', () => replace(text, end, `<${WORD}/>`), WORD);
    }
  }

  /** The wrong numbers of a place where the schema wants a number, and no word. */
  *#numbers(element, suffix, edit) {
    for (const [kind, wrong] of Object.entries(NUMBERS)) {
      const site = this.#site(kind, element, suffix, edit, wrong);
      // Nothing at all may also stand for a word.
      const isAsked = () => kind === 'empty' || this.#isNumber(site, edit);
      yield { ...site, mutant: () => (isAsked() ? site.mutant() : undefined) };
    }
  }

  #isNumber({ kind, context }, edit) {
    let known = this.#numeric.get(context);
    if (known === undefined) {
      known = this.#faultsOf(edit(WORD), kind).length > 0 && RIGHT.some((right) => this.isValid(edit(right)));
      this.#numeric.set(context, known);
    }
    return known;
  }

  #site(kind, element, suffix, edit, only) {
    const { contextOf } = this.#modules;
    return {
      kind,
      element: element.name.text,
      attribute: suffix.slice(1),
      key: contextOf(element, false) + suffix,
      context: contextOf(element, true) + suffix,
      /** The domain with the mistake; undefined where the schema does not mind. */
      mutant: () => {
        for (const wrong of only === undefined ? WRONG : [only]) {
          const mutant = edit(wrong);
          const [fault] = this.#faultsOf(mutant, kind);
          if (fault) return { text: mutant, wrong, others: this.#others(edit, suffix, fault) };
          // Of numbers the schema often takes more than the parser.
          if (numberKinds.includes(kind) && kind !== 'empty' && this.isValid(mutant))
            return { text: mutant, wrong, valid: true };
        }
        return undefined;
      },
    };
  }

  /** The mistake, if it is the one meant, and the only one. */
  #faultsOf(text, kind) {
    const faults = this.#modules.validate(this.#grammar, this.#domain(text));
    return faults.length === 1 && KINDS[kind].includes(faults[0].kind) ? faults : [];
  }

  /**
   * Where only the words of a list are taken: the same with words that the schema has for attributes of this name
   * elsewhere, as { wrong, text }. The parser may know more words than the schema.
   */
  #others(edit, suffix, fault) {
    if (fault.kind !== 'invalid-value' || fault.expected.words.length > 0) return () => [];
    const words = this.#vocabulary.get(suffix.slice(1)) ?? new Set();
    return () =>
      [...words]
        .filter((word) => !fault.expected.values.includes(word))
        .map((wrong) => ({ wrong, text: edit(wrong) }))
        .filter(({ text }) => this.#faultsOf(text, 'value').length > 0);
  }
}

/** The words that attributes of each name may have anywhere in a domain; '' for the texts of elements. */
function vocabularyOf({ expectedOf }, grammars) {
  const words = new Map();
  const put = (name, pattern) => {
    const known = words.get(name) ?? new Set();
    for (const value of expectedOf([pattern]).values) known.add(value);
    words.set(name, known);
  };
  const seen = new Set();
  const visit = (deriver, pattern) => {
    if (seen.has(pattern)) return;
    seen.add(pattern);
    const leaves = deriver.leavesOf(pattern);
    for (const name of leaves.attributeNames) for (const leaf of leaves.attributes(name)) put(name, leaf);
    for (const text of leaves.texts) put('', text);
    for (const name of leaves.elementNames)
      for (const leaf of leaves.elements(name)) visit(deriver, leaf.content);
  };
  for (const { start, deriver } of grammars) visit(deriver, start);
  return words;
}

const KINDS = {
  value: ['invalid-value'],
  ...Object.fromEntries(Object.keys(NUMBERS).map((kind) => [kind, ['invalid-value']])),
  missing: ['missing-attribute', 'missing-element'],
  unknown: ['unknown-attribute', 'unknown-element'],
  repeated: ['repeated-element'],
};

const replace = (text, range, by) => text.slice(0, range.start) + by + text.slice(range.end);
