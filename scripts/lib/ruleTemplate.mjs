// The two files that a rule is, as they begin.

/** To be replaced; the generator refuses a rule that still says it. */
export const SUMMARY = 'One sentence about the pattern found.';

const CONTEXT = {
  guest: '{ guest, report }',
  qemu: '{ line, guest, report }',
  libvirt: '{ domain, guest, report }',
};

/** What a rule can read. */
export const KINDS = Object.keys(CONTEXT);

export const ruleText = ({ name, topic, reads, version }) => `import { defineRule } from '../define.ts';

export default defineRule({
  name: '${name}',
  reads: '${reads}',
  topic: '${topic}',
  severity: 'warning',
  summary: '${SUMMARY}',
  sources: [],
  since: '${version}',
  check(${CONTEXT[reads]}) {
    // Early returns for all that is not known, then report({ message, at, about, fixes }).
  },
});
`;

const block = (language, text) => `\`\`\`${language}\n${text}\n\`\`\`\n`;

const command = (comment) => block('sh', `# ${comment}\nqemu-system-x86_64 -accel tcg -machine q35 -m 512M`);

const domain = (comment) =>
  block(
    'xml',
    [
      "<domain type='qemu'>",
      `  <!-- ${comment} -->`,
      '  <name>guest</name>',
      "  <memory unit='MiB'>512</memory>",
      '  <os>',
      "    <type arch='x86_64' machine='q35'>hvm</type>",
      '  </os>',
      '</domain>',
    ].join('\n'),
  );

export function pageText({ name, reads }) {
  const blocks = (comment) =>
    [reads === 'libvirt' ? [] : command(comment), reads === 'qemu' ? [] : domain(comment)].flat().join('\n');
  return `# ${name}

What it is, and what comes of it.

${blocks('make the mistake here')}
## What to do

## Not a mistake

${blocks('almost the mistake, and none')}`;
}
