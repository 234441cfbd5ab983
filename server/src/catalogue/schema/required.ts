import { isLeaf, type Leaf, type Pattern } from './pattern.ts';

/** The fewest leaves of a kind that a pattern cannot do without; of equal choices the first. */
function required(pattern: Pattern, counts: (leaf: Leaf) => boolean): readonly Leaf[] {
  if (isLeaf(pattern)) return counts(pattern) ? [pattern] : [];
  switch (pattern.kind) {
    case 'choice':
      return pattern.parts
        .map((part) => required(part, counts))
        .reduce((best, option) => (option.length < best.length ? option : best));
    case 'interleave':
    case 'group':
      return pattern.parts.flatMap((part) => required(part, counts));
    case 'many':
      return required(pattern.parts[0]!, counts);
    default:
      return [];
  }
}

/** Names of attributes that are missing when no more come. */
export const requiredAttributes = (pattern: Pattern): string[] =>
  required(pattern, ({ kind }) => kind === 'attribute').flatMap((leaf) =>
    leaf.kind === 'attribute' && leaf.name !== undefined ? [leaf.name] : [],
  );

/** What is missing when nothing more comes: elements, and texts that may not be empty. */
export const requiredContent = (pattern: Pattern): readonly Leaf[] =>
  required(pattern, (leaf) => !leaf.nullable);
