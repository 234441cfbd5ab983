import type { XmlElement } from '../../syntax/xml/tree.ts';
import { defineRule } from '../define.ts';
import { devicesOf, type Refusal, removeElement, tellRefusal } from '../refusal.ts';
import { all, is, type Table, tellUnfit, valueAt } from '../unfit.ts';

/** VNC reads no more of a password than DES can use. */
const VNC_PASSWORD = 8;

const isNoNumber = (text: string): boolean => !/^\s*[+-]?\d+$/.test(text);

const hasNoTls = (graphics: XmlElement): boolean =>
  !graphics.attributes.some(({ name }) => name.text === 'tlsPort') && valueAt(graphics, '@autoport') === 'no';

const UNFIT: Table = () => [
  {
    path: '@passwd',
    of: (password) => password.length > VNC_PASSWORD,
    when: is('@type', 'vnc'),
    fact: `A password of VNC has ${VNC_PASSWORD} characters at most, and this one has more`,
    words: `characters long, only ${VNC_PASSWORD} permitted`,
  },
  ...['vnc', 'spice', 'rdp'].map((type) => ({
    path: '@port',
    of: isNoNumber,
    when: is('@type', type),
    fact: "'{value}' is no number of a port",
    words: `cannot parse ${type} port {value}`,
  })),
  {
    path: '@tlsPort',
    of: isNoNumber,
    when: is('@type', 'spice'),
    fact: "'{value}' is no number of a port",
    words: 'cannot parse spice tlsPort {value}',
  },
  {
    path: '@websocket',
    of: isNoNumber,
    when: is('@type', 'vnc'),
    fact: "'{value}' is no number of a port",
    words: "Invalid value for attribute 'websocket' in element 'graphics': '{value}'. Expected integer value",
  },
  {
    path: '@passwdValidTo',
    of: (time) => !/^\d{4}-\d{1,2}-\d{1,2}T\d{1,2}:\d{1,2}:\d{1,2}/.test(time),
    when: (graphics) => valueAt(graphics, '@passwd') !== undefined,
    fact: "'{value}' is no point in time such as 2030-12-31T23:59:59",
    words: "cannot parse password validity time '{value}', expect YYYY-MM-DDTHH:MM:SS",
  },
  {
    path: '@connected',
    of: (action) => !['fail', 'disconnect', 'keep'].includes(action),
    when: (graphics) => valueAt(graphics, '@passwd') !== undefined,
    fact: 'With a new password those who are connected are kept or disconnected, or it fails; {value} is none of these',
    words: 'unknown connected value {value}',
    instead: ['keep', 'disconnect', 'fail'],
  },
  {
    path: '@defaultMode',
    of: (mode) => mode === 'secure',
    when: all(is('@type', 'spice'), hasNoTls),
    fact: 'All channels are to be encrypted, and there is no tlsPort= for them',
    words: 'spice defaultMode secure requested in XML configuration, but TLS connection is not available',
  },
  ...['socket', 'none'].map((type) => ({
    path: 'listen@type',
    of: (listen: string): boolean => listen === type,
    when: is('@type', 'rdp'),
    fact: 'RDP listens on a network only',
    words: `listen type '${type}' is not available for graphics type 'rdp'`,
  })),
  {
    path: '@address',
    when: all(is('@type', 'dbus'), is('@p2p', 'yes')),
    fact: 'p2p= goes without the bus that address= names',
    words: 'D-Bus p2p with an address is not supported',
  },
  {
    path: '@type',
    of: (type) => type === 'desktop',
    fact: 'QEMU has no graphics of the type desktop',
    words: 'desktop graphics are not supported with this QEMU',
    instead: ['vnc', 'spice'],
    removable: false,
  },
];

export default defineRule({
  name: 'graphics-setting-unfit',
  reads: 'libvirt',
  concerns: ['graphics'],
  topic: 'structure',
  severity: 'error',
  summary: 'What shows the screen of the guest has a setting that it does not take.',
  explains: ['ignored-attribute', 'ignored-element', 'invalid-value'],
  sources: [
    {
      title: 'libvirt: VNC password is … characters long, only 8 permitted',
      ref: 'src/qemu/qemu_validate.c: qemuValidateDomainDeviceDefGraphics, …VNCGraphics',
    },
    {
      title: 'libvirt: cannot parse vnc port',
      ref: 'src/conf/domain_conf.c: virDomainGraphicsDefParseXMLVNC, …ParseXMLSpice, virDomainGraphicsAuthDefParseXML',
    },
    {
      title: 'libvirt: D-Bus p2p with an address is not supported',
      ref: 'src/conf/domain_validate.c: virDomainGraphicsDefValidate',
    },
  ],
  since: '0.1.0',
  check(context) {
    const displays = devicesOf(context.domain, 'graphics');
    for (const graphics of displays) {
      tellUnfit(context, graphics, UNFIT);
      for (const refusal of besideHeadless(graphics, displays)) tellRefusal(context, refusal);
    }
  },
});

/** egl-headless draws, and leaves it to VNC or SPICE to show. */
function* besideHeadless(graphics: XmlElement, displays: readonly XmlElement[]): Generator<Refusal> {
  const type = valueAt(graphics, '@type');
  const headless = displays.find(is('@type', 'egl-headless'));
  if (!headless || type === undefined || ['egl-headless', 'vnc', 'spice'].includes(type)) return;
  yield {
    fact: `egl-headless draws for VNC or SPICE, and not for ${type}`,
    words: "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice' graphics types",
    element: graphics,
    attribute: 'type',
    beside: { element: headless, message: 'This is the egl-headless.' },
    fixes: [removeElement(headless, 'Remove the <graphics> of type egl-headless')],
  };
}
