/**
 * Tells in well under a millisecond whether a text is any of our business, and in which language: shell that may
 * start QEMU, or XML with a libvirt domain. May err towards yes; shared with the editor's client, so it imports
 * nothing.
 * @param asked where the language is already known, only that one is considered.
 */
export function concerns(text: string, asked?: 'qemu' | 'libvirt'): 'qemu' | 'libvirt' | undefined {
  const dialect = asked ?? (/^\uFEFF?\s*</.test(text) ? 'libvirt' : 'qemu');
  const pattern = dialect === 'libvirt' ? /<domain[a-z]*[\s/>]/ : /qemu|\bkvm\b/i;
  return pattern.test(text) ? dialect : undefined;
}
