/**
 * Items by their key: the keys in the order of their first items, the items of a key in their own order. Items whose
 * key is undefined are left out. What `Map.groupBy` of Node.js 21 does, of which we need 20.
 */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K | undefined): Map<K, [T, ...T[]]> {
  const groups = new Map<K, [T, ...T[]]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
