import { isPlaceholder } from '../../dialects/libvirt/values.ts';
import { attribute, child } from '../../syntax/xml/query.ts';
import { spanOf } from '../../text/span.ts';
import { mostSimilar } from '../../values/similar.ts';
import { defineRule, type Fix } from '../define.ts';

/** What libvirt may call a domain, for all its drivers (src/conf/domain_conf.c: virDomainVirt). */
const TYPES = new Set([
  'none',
  'qemu',
  'kqemu',
  'kvm',
  'xen',
  'lxc',
  'uml',
  'openvz',
  'test',
  'vmware',
  'hyperv',
  'vbox',
  'phyp',
  'parallels',
  'bhyve',
  'vz',
  'hvf',
]);

export default defineRule({
  name: 'domain-type-missing',
  reads: 'libvirt',
  topic: 'structure',
  severity: 'error',
  summary: 'A domain does not say what runs it.',
  sources: [
    { title: 'libvirt: missing domain type attribute', ref: 'src/conf/domain_conf.c: virDomainDefParseCaps' },
  ],
  since: '0.1.0',
  check({ domain, guest, report }) {
    const { uri } = guest.label;
    const found = attribute(domain, 'type');
    const type = found?.value?.text ?? '';
    if (isPlaceholder(type) || TYPES.has(type) || (found && !found.value)) return;
    // Without a name either, it is a piece of a domain, kept to be pasted into a whole one.
    if (!found && !child(domain, 'name')) return;
    if (type === '') {
      report({
        message:
          'The domain does not say what runs it: libvirt refuses it with "missing domain type attribute".',
        at: found ? spanOf(uri, found) : guest.label,
        about: domain,
        fixes: [
          setType('kvm', "Run it with the host's virtualization: type='kvm'"),
          setType('qemu', "Run it in emulation, which is slow: type='qemu'"),
        ],
      });
      return;
    }
    const meant = mostSimilar(type.trim(), TYPES);
    report({
      message: `libvirt knows no domain type '${type}': it refuses the domain with "invalid domain type ${type}".`,
      at: spanOf(uri, found!.value!),
      about: domain,
      fixes: meant ? [setType(meant, `Call it ${meant}`, TYPES.has(type.trim().toLowerCase()))] : [],
    });

    function setType(text: string, title: string, same = false): Fix {
      return {
        title,
        applicability: same ? 'safe' : 'suggestion',
        changes: [{ op: 'set-attribute', element: domain, name: 'type', text }],
      };
    }
  },
});
