import type { Carrier } from './carrier.ts';

const QEMU = /qemu|\bkvm\b/i;
const LIBVIRT = /<domain[a-z]*[\s/>]/;

/** A tag, perhaps behind what tells a template engine something: `{% set x = 1 %}`, `{{ x }}`, `{# … #}`. */
const BEGINS_AS_XML = /^\uFEFF?(?:\s|\{%[^}]*\}|\{\{[^}]*\}\}|\{#[^}]*\})*</;

/**
 * Tells in well under a millisecond whether a text is any of our business, and in which language: shell that may
 * start QEMU, or XML with a libvirt domain. May err towards yes; shared with the editor's client, so it imports
 * no code.
 * @param asked where the language is already known, only that one is considered.
 * @param carrier where the text holds such texts among other things.
 */
export function concerns(
  text: string,
  asked?: 'qemu' | 'libvirt',
  carrier?: Carrier,
): 'qemu' | 'libvirt' | undefined {
  if (carrier) {
    if (asked !== 'libvirt' && QEMU.test(text)) return 'qemu';
    return carrier === 'markdown' && asked !== 'qemu' && LIBVIRT.test(text) ? 'libvirt' : undefined;
  }
  const dialect = asked ?? (BEGINS_AS_XML.test(text) ? 'libvirt' : 'qemu');
  return (dialect === 'libvirt' ? LIBVIRT : QEMU).test(text) ? dialect : undefined;
}
