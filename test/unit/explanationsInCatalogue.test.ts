import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { libvirtTopics } from '../../server/src/catalogue/explanations/libvirt.ts';
import { qemuTopics } from '../../server/src/catalogue/explanations/qemu.ts';

/** What QEMU says of itself over QMP, and libvirt's compiled schema: the folder of the raw catalogues. */
const FOLDER = resolve(
  process.env.VIRTLENS_CATALOGUE ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'catalogue'),
);
const fileAt = (name: string): string => join(FOLDER, name);
const present = ['qemu-7.2.json.gz', 'qemu-11.1.json.gz', 'libvirt-12.8-domain-rng.json'].every((name) =>
  existsSync(fileAt(name)),
);

interface Named {
  readonly name: string;
}

interface SchemaType extends Named {
  readonly 'arg-type'?: string;
  readonly members?: readonly Named[];
  readonly variants?: readonly { readonly case: string; readonly type: string }[];
}

interface QemuCatalogue {
  readonly alltypes: readonly Named[];
  readonly cpus: readonly Named[];
  readonly cpuprops: Readonly<Record<string, readonly Named[]>>;
  readonly devprops: Readonly<Record<string, readonly Named[]>>;
  readonly machines: readonly (Named & { readonly alias?: string })[];
  readonly machprops: Readonly<Record<string, readonly Named[]>>;
  readonly objprops: Readonly<Record<string, readonly Named[]>>;
  readonly options: readonly { readonly option: string; readonly parameters: readonly Named[] }[];
  readonly schema: readonly SchemaType[];
}

const names = (of: readonly Named[] | undefined): string[] => (of ?? []).map(({ name }) => name);

/** Keys of -machine that QEMU hands on to the accelerator, whose properties are not in the catalogue. */
const OF_THE_ACCELERATOR = ['accel', 'kernel-irqchip'];

class Qemu {
  readonly #catalogue: QemuCatalogue;

  constructor(version: string) {
    this.#catalogue = JSON.parse(gunzipSync(readFileSync(fileAt(`qemu-${version}.json.gz`))).toString());
  }

  /** The types that an option can start with. */
  types(option: string): string[] {
    const { alltypes, cpus, devprops, objprops } = this.#catalogue;
    switch (option) {
      case 'device':
        return Object.keys(devprops);
      case 'object':
        return Object.keys(objprops);
      case 'cpu':
        return names(cpus);
      case 'numa':
        return this.#argument('set-numa-node').variants?.map((variant) => variant.case) ?? [];
      case 'netdev':
        return this.#argument('netdev_add').variants?.map((variant) => variant.case) ?? [];
      case 'accel':
        return names(alltypes).flatMap((name) =>
          name.endsWith('-accel') ? [name.slice(0, -'-accel'.length)] : [],
        );
      default:
        return [];
    }
  }

  /** The keys that an option takes; where no type is given, all that any type takes. */
  properties(option: string, type: string | undefined): string[] {
    const { cpuprops, devprops, machines, machprops, objprops } = this.#catalogue;
    switch (option) {
      case 'device':
        return [...this.#ofType(devprops, type), ...names(this.#argument('device_add').members)];
      case 'object':
        return [...this.#ofType(objprops, type), ...names(this.#argument('object-add').members)];
      case 'numa': {
        const variant = this.#argument('set-numa-node').variants?.find((each) => each.case === type);
        return names(this.#schemaType(variant?.type)?.members);
      }
      case 'netdev': {
        const variant = this.#argument('netdev_add').variants?.find((each) => each.case === type);
        return names(this.#schemaType(variant?.type)?.members);
      }
      case 'blockdev': {
        const { members, variants = [] } = this.#argument('blockdev-add');
        return [
          ...names(members),
          ...variants.flatMap((each) => names(this.#schemaType(each.type)?.members)),
        ];
      }
      case 'machine': {
        const q35 = machines.find(({ alias }) => alias === 'q35')?.name ?? '';
        return [...this.#listed('machine'), ...names(machprops[q35]), ...OF_THE_ACCELERATOR];
      }
      case 'cpu':
        return names(cpuprops.host);
      case 'boot':
        return this.#listed('boot-opts');
      case 'drive':
        // Read before the list that QEMU tells is asked.
        return [...this.#listed('drive'), 'cache'];
      case 'm':
        return this.#listed('memory');
      case 'smp':
        return this.#listed('smp-opts');
      default:
        return this.#listed(option);
    }
  }

  #ofType(table: Readonly<Record<string, readonly Named[]>>, type: string | undefined): string[] {
    return type === undefined ? Object.values(table).flatMap(names) : names(table[type]);
  }

  #listed(option: string): string[] {
    return names(this.#catalogue.options.find((each) => each.option === option)?.parameters);
  }

  #schemaType(name: string | undefined): SchemaType | undefined {
    return this.#catalogue.schema.find((each) => each.name === name);
  }

  #argument(command: string): SchemaType {
    return this.#schemaType(this.#schemaType(command)?.['arg-type'])!;
  }
}

describe.skipIf(!present)('what is said about QEMU, against QEMU', () => {
  const newest = present ? new Qemu('11.1') : undefined!;
  const oldest = present ? new Qemu('7.2') : undefined!;

  /** The types of a QEMU that a topic speaks of; an empty list of them is a mistake in the topic. */
  const typesOf = (qemu: Qemu, option: string, pattern: string): string[] =>
    pattern
      .split('|')
      .flatMap((name) =>
        name.endsWith('*') ? qemu.types(option).filter((type) => type.startsWith(name.slice(0, -1))) : [name],
      );

  it.each(qemuTopics)(
    '-$option $type exists with all its properties',
    ({ option, type, properties = {} }) => {
      const types = type === undefined ? [undefined] : typesOf(newest, option, type);
      expect(types).not.toEqual([]);
      for (const each of types) {
        if (each !== undefined) expect(newest.types(option)).toContain(each);
        const known = newest.properties(option, each);
        for (const property of Object.keys(properties)) expect(known, `${each}`).toContain(property);
      }
    },
  );

  const dated = qemuTopics.flatMap(({ option, type, itself, properties = {} }) => [
    { option, type, property: undefined, since: itself?.since },
    ...Object.entries(properties).map(([property, { since }]) => ({ option, type, property, since })),
  ]);

  it.each(dated.filter(({ since }) => since !== undefined))(
    '-$option $type $property is as old as it says: $since',
    ({ option, type, property, since }) => {
      const [major = 0, minor = 0] = since!.replace('QEMU ', '').split('.').map(Number);
      const inOldest = major < 7 || (major === 7 && minor <= 2);
      const oldTypes = type === undefined ? [undefined] : typesOf(oldest, option, type);
      const found = oldTypes.some((each) =>
        property === undefined
          ? each === undefined || oldest.types(option).includes(each)
          : oldest.properties(option, each).includes(property),
      );
      expect(found).toBe(inOldest);
    },
  );
});

/** A pattern of the compiled schema: a reference `@name`, a value, or [kind, …]. */
type Pattern = string | null | readonly Pattern[];

class LibvirtSchema {
  readonly #defines: Readonly<Record<string, readonly Pattern[]>>;

  constructor(version: string) {
    this.#defines = JSON.parse(readFileSync(fileAt(`libvirt-${version}-domain-rng.json`), 'utf8'));
  }

  /** Whether some chain of elements of these names can stand in a domain, the last one with the attribute. */
  allows(path: readonly string[], attribute: string | undefined): boolean {
    const [first, ...rest] = path;
    let elements = everyElement(Object.values(this.#defines).flat()).filter(
      (element) => element[1] === first,
    );
    for (const name of rest)
      elements = elements.flatMap((element) => this.#named('e', element.slice(2), name));
    return attribute === undefined
      ? elements.length > 0
      : elements.some((element) => this.#named('a', element.slice(2), attribute).length > 0);
  }

  /** The elements or attributes of a name in the patterns, through references but not into elements. */
  #named(
    kind: 'e' | 'a',
    patterns: readonly Pattern[],
    name: string,
    seen = new Set<string>(),
  ): readonly Pattern[][] {
    return patterns.flatMap((pattern): Pattern[][] => {
      if (typeof pattern === 'string' && pattern.startsWith('@')) {
        if (seen.has(pattern)) return [];
        seen.add(pattern);
        return [...this.#named(kind, this.#defines[pattern.slice(1)] ?? [], name, seen)];
      }
      if (!Array.isArray(pattern)) return [];
      if (pattern[0] === 'e' || pattern[0] === 'a') {
        return pattern[0] === kind && pattern[1] === name ? [[...pattern]] : [];
      }
      return [...this.#named(kind, pattern, name, seen)];
    });
  }
}

/** Elements at any depth. */
function everyElement(patterns: readonly Pattern[]): readonly Pattern[][] {
  return patterns.flatMap((pattern): Pattern[][] => {
    if (!Array.isArray(pattern)) return [];
    const below = everyElement(pattern);
    return pattern[0] === 'e' ? [[...pattern], ...below] : [...below];
  });
}

describe.skipIf(!present)('what is said about libvirt, against its schema', () => {
  const schema = present ? new LibvirtSchema('12.8') : undefined!;

  it.each(libvirtTopics)('$path exists with all its attributes', ({ path, attributes = {} }) => {
    // The schema names qemu's elements without their prefix.
    const elements = path.split('/').map((name) => name.replace(/^qemu:/, ''));
    expect(schema.allows(elements, undefined)).toBe(true);
    for (const attribute of Object.keys(attributes)) {
      expect(schema.allows(elements, attribute), attribute).toBe(true);
    }
  });

  it('would notice a name that does not exist', () => {
    expect(schema.allows(['numatune', 'memnode'], 'cellid')).toBe(true);
    expect(schema.allows(['numatune', 'memnode'], 'cell')).toBe(false);
    expect(schema.allows(['cputune', 'memnode'], undefined)).toBe(false);
  });
});
