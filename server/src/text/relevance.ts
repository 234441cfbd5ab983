import type { Carrier } from './carrier.ts';

const QEMU = /qemu|\bkvm\b/i;
const LIBVIRT = /<domain[a-z]*[\s/>]/;

/** The first tag has another name, and the type of a domain. */
const MISSPELT = /^[^<]*(?:<[?!][^>]*>[^<]*)*<[a-z]{4,8}\s[^<>]*\btype\s*=\s*["'](?:kvm|qemu)["']/;

/** What may stand before the first tag and tells a template engine something: `{% set x = 1 %}`, `{{ x }}`, `{# … #}`. */
const BEFORE_XML = /\s+|\{%-?\s*macro\b.*?\bendmacro\s*-?%\}|\{%[^}]*\}|\{\{[^}]*\}\}|\{#[^}]*\}/sy;

/** One block at a time: an expression for all of them could take them apart in endlessly many ways. */
function beginsAsXml(text: string): boolean {
  BEFORE_XML.lastIndex = 0;
  let at = 0;
  while (BEFORE_XML.test(text)) at = BEFORE_XML.lastIndex;
  return text[at] === '<';
}

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
  const dialect = asked ?? (beginsAsXml(text) ? 'libvirt' : 'qemu');
  if (dialect === 'qemu') return QEMU.test(text) ? dialect : undefined;
  return LIBVIRT.test(text) || MISSPELT.test(text) ? dialect : undefined;
}
