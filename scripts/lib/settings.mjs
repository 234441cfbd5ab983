// The settings as JSON schemas: those of the editor, and the file virtlens.json. Both are made from the records of the
// rules and presets, { rules, PRESETS, DEFAULT_PRESET }, in the order of their names.

const severities = ['error', 'warning', 'information', 'hint', 'off'];

const qemuVersion = 'The QEMU that will run the guests, such as `10.0`. Empty: the newest known.';
const libvirtVersion = 'The libvirt that will read the XML, such as `10.7`. Empty: the newest known.';
const hostUse =
  'The machine that the guests run on: the path of a host profile (`*.hostprofile.json`) from the workspace folder, ' +
  'the name of a reference profile, such as `two-node-workstation`, or `none`. Empty: the only profile that the workspace folder ' +
  'has, if there is a single one. The command *VirtLens: Choose Host Profile* writes it. `"host"` and `"hosts"` in a ' +
  '`virtlens.json` count for more.';
const presetUse = 'How much findings weigh. Errors are the same in all presets, and `rules` counts for more.';

/** The severities of all rules, each with what it finds. */
const ruleProperties = (rules) =>
  Object.fromEntries(
    rules.map((rule) => [rule.name, { enum: severities, default: rule.severity, description: rule.summary }]),
  );

const presetProperty = ({ PRESETS, DEFAULT_PRESET }) => ({
  enum: Object.keys(PRESETS),
  enumDescriptions: Object.values(PRESETS).map(({ summary }) => summary),
  default: DEFAULT_PRESET,
});

/** contributes.configuration.properties of the extension's manifest. */
export function editorSettings(records) {
  return {
    'virtlens.host.profile': { type: 'string', default: '', markdownDescription: hostUse },
    'virtlens.libvirtVersion': { type: 'string', default: '', markdownDescription: libvirtVersion },
    'virtlens.preset': { type: 'string', ...presetProperty(records), markdownDescription: presetUse },
    'virtlens.qemuVersion': { type: 'string', default: '', markdownDescription: qemuVersion },
    'virtlens.rules': {
      type: 'object',
      default: {},
      additionalProperties: false,
      markdownDescription: 'Severity of a rule, or `off`.',
      properties: ruleProperties(records.rules),
    },
  };
}

/** The schema of virtlens.json. What it takes and refuses is what the program takes and refuses; a test holds that. */
export function configSchema(records) {
  const version = '^\\d+\\.\\d+(\\.\\d+)?$';
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'virtlens.json',
    description: 'Settings of VirtLens for the files in and below this folder.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string', description: 'Where this schema lies, for editors that are not told.' },
      host: {
        type: 'string',
        minLength: 1,
        description:
          'The machine that the guests run on: the path of a host profile from this folder, the name of a ' +
          'reference profile, such as two-node-workstation, or none.',
      },
      hosts: {
        type: 'object',
        additionalProperties: { type: 'string', minLength: 1 },
        default: {},
        description:
          'The machines of some files: globs from this folder, as in "ignore", each with what "host" would be. Of ' +
          'several globs that meet a file the first one counts, and for all other files "host".',
      },
      ignore: {
        type: 'array',
        items: { type: 'string' },
        default: [],
        description:
          'Globs of files that are left out, from this folder: * stays within one name, ** leads through folders. ' +
          'Without a slash a glob meets names at any depth.',
      },
      libvirtVersion: {
        type: 'string',
        pattern: version,
        description: 'The libvirt that will read the XML, such as 10.7. Left out: the newest known.',
      },
      preset: {
        ...presetProperty(records),
        description:
          'How much findings weigh. Errors are the same in all presets, and "rules" counts for more.',
      },
      qemuVersion: {
        type: 'string',
        pattern: version,
        description: 'The QEMU that will run the guests, such as 10.0. Left out: the newest known.',
      },
      rules: {
        type: 'object',
        additionalProperties: false,
        description: 'Severity of a rule, or "off".',
        properties: ruleProperties(records.rules),
      },
    },
  };
}
