import { NUMBER_PLACES, type NumberPlace } from '../../catalogue/numberPlaces.ts';
import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, children, textOf } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { type Span, spanOf } from '../../text/span.ts';
import { libvirtUnit } from '../../values/byteSize.ts';
import { parseIndexSet } from '../../values/indexSet.ts';
import { defineRule, type LibvirtContext } from '../define.ts';

const WHAT: Readonly<Record<NumberPlace['kind'], string>> = {
  number: 'a whole number',
  size: 'a whole number, with its unit in unit=',
  list: 'a list of numbers and ranges such as 0-3,8',
};

export default defineRule({
  name: 'unreadable-number',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A text stands where libvirt reads a number, a size or a list of numbers.',
  explains: ['invalid-value', 'vcpupin-empty-cpuset'],
  general: true,
  sources: [
    {
      title: "libvirt: Invalid value '…' for element or attribute",
      ref: 'src/conf/domain_conf.c: virDomainParseMemory',
    },
    { title: "libvirt: Failed to parse bitmap '…'", ref: 'src/util/virbitmap.c: virBitmapParse' },
    { title: "libvirt: unknown suffix '…'", ref: 'src/util/virutil.c: virScaleInteger' },
  ],
  since: '0.1.0',
  check(context) {
    for (const place of NUMBER_PLACES) {
      const [path, name] = place.path.split('@') as [string, string?];
      for (const element of elementsAt(context.domain, path)) checkPlace(context, place, element, name);
    }
  },
});

/** Published files also say with capitals what is to be put in: `MEMORY`. */
const isOpen = (text: string): boolean =>
  isPlaceholder(text) || /^\[?[A-Z][A-Z_ -]{2,}\]?$/.test(text.trim());

const elementsAt = (domain: XmlElement, path: string): XmlElement[] =>
  path
    .split('/')
    .reduce<XmlElement[]>((found, name) => found.flatMap((element) => children(element, name)), [domain]);

function checkPlace(context: LibvirtContext, place: NumberPlace, element: XmlElement, name?: string): void {
  const { uri } = context.guest.label;
  const found = name === undefined ? textOf(element) : attribute(element, name)?.value;
  const range = found && ('range' in found ? found.range : found);
  // One that is empty counts as not written, but for the number in an attribute.
  const isEmpty = found?.text.trim() === '' && !(place.kind === 'number' && name !== undefined);
  if (!found || !range || isEmpty || isOpen(found.text)) return;
  const fits =
    place.kind === 'list' ? parseIndexSet(found.text) !== undefined : isNumber(found.text, place.kind);
  if (!fits) {
    tell(
      context,
      element,
      spanOf(uri, range),
      `'${found.text}' is not ${WHAT[place.kind]}`,
      place.refusal.replace('{text}', found.text),
    );
  } else if (place.kind === 'size') checkUnit(context, element);
}

/** Numbers have 32 bits, sizes 64. */
const isNumber = (text: string, kind: NumberPlace['kind']): boolean =>
  /^\s*\+?\d+\s*$/.test(text) && (kind === 'size' || Number(text) <= 0xffff_ffff);

function checkUnit(context: LibvirtContext, element: XmlElement): void {
  const unit = attribute(element, 'unit')?.value;
  if (!unit || unit.text === '' || isPlaceholder(unit.text) || libvirtUnit(unit.text) !== undefined) return;
  const at = spanOf(context.guest.label.uri, unit);
  tell(context, element, at, `libvirt knows no unit '${unit.text}'`, `unknown suffix '${unit.text}'`);
}

function tell({ report }: LibvirtContext, element: XmlElement, at: Span, fact: string, words: string): void {
  report({ message: `${fact}: libvirt refuses the domain with "${words}".`, at, about: element });
}
