// The types of QMP's schema, whose names are numbers there, as the texts in which the catalogue writes them.

/** Unions that a command line writes too, and where the schema has them: the catalogue's kind, the command, which side. */
const UNIONS = [
  ['object', 'object-add', 'arg-type'],
  ['netdev', 'netdev_add', 'arg-type'],
  ['blockdev', 'blockdev-add', 'arg-type'],
  ['numa', 'set-numa-node', 'arg-type'],
  ['display', 'query-display-options', 'ret-type'],
  ['audiodev', 'query-audiodevs', 'ret-type'],
];

const BUILTIN = new Set(['str', 'bool', 'int', 'number', 'null', 'any']);

class Schema {
  #entities;

  constructor(schema) {
    this.#entities = new Map(schema.map((entity) => [entity.name, entity]));
  }

  /** The union that a command takes or returns, alone or as a list; undefined where QEMU has no such command. */
  unionOf(command, side) {
    const entity = this.#entities.get(this.#entities.get(command)?.[side]);
    return entity?.['meta-type'] === 'array' ? this.#entities.get(entity['element-type']) : entity;
  }

  /** The names of an enumeration. */
  names(type) {
    return this.#entities.get(type).members.map(({ name }) => name);
  }

  variantOf(union, name) {
    const type = union.variants.find((variant) => variant.case === name)?.type;
    return type === undefined ? undefined : this.#entities.get(type);
  }

  /** `str`, `{on|off|auto}`, `[int]`; `obj` and `alt` for what has a form of its own. */
  textOf(type) {
    if (BUILTIN.has(type)) return type;
    const entity = this.#entities.get(type);
    switch (entity['meta-type']) {
      case 'enum':
        return `{${entity.members.map(({ name }) => name).join('|')}}`;
      case 'array':
        return `[${this.textOf(entity['element-type'])}]`;
      case 'object':
        return 'obj';
      default:
        return 'alt';
    }
  }

  /** Members as tokens; those of a plain object inside with dotted names, as command lines write them. */
  *tokens(members, prefix = '', required = true) {
    for (const { name, type, features = [], ...rest } of members) {
      // A member that may be left out has a default, which the schema does not tell.
      const needed = required && !('default' in rest);
      const marks = (needed ? '!' : '') + (features.includes('deprecated') ? '?' : '');
      yield `${prefix}${name}${marks}:${this.textOf(type)}`;
      const inner = this.#entities.get(type);
      if (prefix === '' && inner?.['meta-type'] === 'object' && !inner.tag) {
        yield* this.tokens(inner.members, `${name}.`, false);
      }
    }
  }
}

/** Records of the unions' variants: `netdev user` with its members. */
export function* unionRecords(raw) {
  const schema = new Schema(raw);
  for (const [kind, command, side] of UNIONS) {
    const union = schema.unionOf(command, side);
    if (!union?.tag) continue;
    const common = union.members.filter(({ name }) => name !== union.tag);
    const tag = union.members.find(({ name }) => name === union.tag);
    for (const name of schema.names(tag.type)) {
      const own = schema.variantOf(union, name)?.members ?? [];
      yield [`${kind} ${name}`, [...schema.tokens([...common, ...own])]];
    }
  }
  const backends = schema.unionOf('chardev-add', 'arg-type')?.members.find(({ name }) => name === 'backend');
  const union = backends && raw.find(({ name }) => name === backends.type);
  for (const { case: name } of union?.variants ?? []) yield [`chardev ${name}`, []];
}
