import { parseLibvirtNumber } from '../../dialects/libvirt/values.ts';
import { child } from '../../syntax/xml/query.ts';
import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { removeElement, tellRefusal, word } from '../refusal.ts';
import { controllersOf } from './controllers.ts';

export default defineRule({
  name: 'controller-before-its-bus',
  reads: 'libvirt',
  concerns: ['controller'],
  topic: 'structure',
  severity: 'error',
  summary: 'A PCI controller has a smaller index than the one that it is plugged into.',
  explains: ['controller-index-missing'],
  sources: [
    {
      title: 'libvirt: controllers are made in the order of their indexes',
      ref: 'src/conf/domain_conf.c: virDomainControllerInsertPreAlloced',
    },
    { title: "QEMU: Bus '…' not found", ref: 'softmmu/qdev-monitor.c: qbus_find' },
  ],
  since: '0.1.0',
  check(context) {
    for (const controller of controllersOf(context.domain, 'pci')) {
      const address = child(controller, 'address');
      if (!address || word(address, 'type') !== 'pci') continue;
      const model = word(controller, 'model');
      // libvirt itself looks at bridges, as pci-plug-unfit says.
      if (model === undefined || model === 'pci-bridge') continue;
      const index = numberOf(controller, 'index');
      const bus = numberOf(address, 'bus');
      if (index === undefined || bus === undefined) continue;
      if (bus <= index || bus > LAST_BUS) continue;
      const fact = `Controller ${index} is plugged into controller ${bus}, and libvirt lets QEMU make them in the order of their indexes`;
      const words = `Bus 'pci.${bus}' not found`;
      const refusal = {
        fact,
        words,
        element: address,
        attribute: 'bus',
        // Others libvirt would put below a port of a larger index, which does not do either.
        fixes: OF_ROOT.has(model) ? [removeElement(address, 'Leave the address to libvirt')] : [],
      };
      tellRefusal(context, refusal, { message: `${fact}: QEMU stops with "${words}".` });
    }
  },
});

/** These find a place on the root. */
const OF_ROOT: ReadonlySet<string> = new Set(['pcie-root-port', 'dmi-to-pci-bridge']);

const LAST_BUS = 255;

const numberOf = (element: XmlElement | undefined, name: string): number | undefined =>
  parseLibvirtNumber(word(element, name) ?? '');
