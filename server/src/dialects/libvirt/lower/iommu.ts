import type { Collection } from '../../../guest/collection.ts';
import type { Iommu, Irqchip } from '../../../guest/iommu.ts';
import { absent, mapValue, unknown, type Value } from '../../../guest/value.ts';
import { attribute, child } from '../../../syntax/xml/query.ts';
import type { XmlElement } from '../../../syntax/xml/tree.ts';
import type { Span } from '../../../text/span.ts';
import { mayGainChildren } from '../templates.ts';
import { type Reader, readDecimal } from '../values.ts';
import type { Sources } from './sources.ts';

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false };

const IRQCHIPS: Readonly<Record<string, Irqchip>> = { kvm: 'kernel', qemu: 'split' };

export function lowerIommus(
  reader: Reader,
  elements: readonly XmlElement[],
  openedBy: readonly Span[],
  sources: Sources,
): Collection<Iommu> {
  const items: Iommu[] = [];
  for (const element of elements) {
    if (element.name.text !== 'iommu') continue;
    const model = attribute(element, 'model')?.value?.text;
    if (model !== 'intel' && model !== 'amd') continue;
    const driver = child(element, 'driver');
    const read = (name: string): Value<boolean> =>
      !driver && mayGainChildren(element)
        ? unknown('placeholder', reader.label(element))
        : mapValue(reader.attribute(driver, name, element), (text) => SWITCH[text]);
    const iommu: Iommu = {
      kind: 'iommu',
      model,
      span: reader.span(element),
      label: reader.label(element),
      intremap: read('intremap'),
      eim: read('eim'),
      cachingMode: read('caching_mode'),
      addressBits: readDecimal(reader.attribute(driver, 'aw_bits', element)),
    };
    items.push(iommu);
    sources.set(iommu, element);
  }
  return { items, openedBy };
}

/** `<ioapic driver=>`; libvirt wants `qemu` said in so many words (src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefIOMMU). */
export function lowerIrqchip(reader: Reader, domain: XmlElement): Value<Irqchip> {
  const features = child(domain, 'features');
  const ioapic = features && child(features, 'ioapic');
  const driver = mapValue(
    reader.attribute(ioapic, 'driver', features ?? domain),
    (text): Irqchip | undefined => IRQCHIPS[text],
  );
  if (driver.state !== 'absent') return driver;
  return mayGainChildren(features ?? domain)
    ? unknown('placeholder', driver.owner)
    : absent(driver.owner, 'kernel');
}
