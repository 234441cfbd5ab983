import type { DeviceFacts } from '../facts.ts';
import type { SystemTree } from './tree.ts';

/** Where distributions keep the names of PCI devices; it needs no package beyond that. */
const FILES = ['usr/share/misc/pci.ids', 'usr/share/hwdata/pci.ids'];
const LIMIT = 8 * 1024 * 1024;

/**
 * The names of devices by `vendor:device`: a vendor's line is followed by lines of its devices, indented by a tab.
 * Empty where the machine has no such list.
 */
export function deviceNames(tree: SystemTree, devices: readonly DeviceFacts[]): ReadonlyMap<string, string> {
  const ids = tree.read(FILES[0]!, LIMIT) ?? tree.read(FILES[1]!, LIMIT);
  const names = new Map<string, string>();
  if (ids === undefined) return names;
  const wanted = new Set(devices.map(({ vendor, device }) => `${vendor}:${device}`));
  for (const vendor of new Set(devices.map((device) => device.vendor))) {
    const head = `\n${vendor}  `;
    const start = ids.indexOf(head);
    if (start < 0) continue;
    const [vendorName, ...lines] = ids.slice(start + head.length, endOfVendor(ids, start + 1)).split('\n');
    for (const line of lines) {
      const [, device, name] = /^\t([0-9a-f]{4}) {2}(.+)$/.exec(line) ?? [];
      const id = `${vendor}:${device}`;
      if (wanted.has(id)) names.set(id, `${vendorName} ${name}`.slice(0, 200));
    }
  }
  return names;
}

/** Where the next line begins that is not indented. */
function endOfVendor(ids: string, from: number): number {
  const next = /\n[^\t\n]/g;
  next.lastIndex = from;
  return next.exec(ids)?.index ?? ids.length;
}
