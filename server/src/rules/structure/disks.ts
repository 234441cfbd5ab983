import type { XmlElement } from '../../syntax/xml/tree.ts';
import { oncePer } from '../../values/oncePer.ts';
import { devicesOf, word } from '../refusal.ts';

/** A disk with what nearly every rule about disks asks for; words are undefined where a template will write them, too. */
export class Disk {
  readonly element: XmlElement;
  readonly source: XmlElement | undefined;
  readonly target: XmlElement | undefined;
  readonly driver: XmlElement | undefined;
  readonly address: XmlElement | undefined;
  /** `file`, `block`, `network` … */
  readonly type: string | undefined;
  /** `disk`, `cdrom`, `lun` or `floppy`. */
  readonly device: string | undefined;
  /** That of the target, `vda`. */
  readonly name: string | undefined;
  /** That of the target, `virtio`. */
  readonly bus: string | undefined;

  constructor(element: XmlElement) {
    let source: XmlElement | undefined;
    let target: XmlElement | undefined;
    let driver: XmlElement | undefined;
    let address: XmlElement | undefined;
    // Of several of a name the first is meant.
    for (const node of element.children) {
      if (node.kind !== 'element') continue;
      const name = node.name.text;
      if (name === 'source') source ??= node;
      else if (name === 'target') target ??= node;
      else if (name === 'driver') driver ??= node;
      else if (name === 'address') address ??= node;
    }
    this.element = element;
    this.source = source;
    this.target = target;
    this.driver = driver;
    this.address = address;
    this.type = word(element, 'type');
    this.device = word(element, 'device');
    this.name = word(target, 'dev');
    this.bus = word(target, 'bus');
  }
}

/** All disks of a domain, in the order of the text. */
export const disksOf = oncePer((domain: XmlElement): readonly Disk[] =>
  devicesOf(domain, 'disk').map((element) => new Disk(element)),
);
