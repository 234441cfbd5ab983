import { rules } from '../generated/rules.ts';
import type { Rule } from '../rules/define.ts';
import type { Format } from './arguments.ts';
import type { Output } from './report.ts';
import type { Style } from './style.ts';

const DIALECTS: Record<Rule['reads'], readonly ('qemu' | 'libvirt')[]> = {
  guest: ['qemu', 'libvirt'],
  qemu: ['qemu'],
  libvirt: ['libvirt'],
  suppressions: ['qemu', 'libvirt'],
};

/** Lists all rules, in the order of their names. */
export function listRules(format: Format, output: Output, style: Style, version: string): void {
  if (format === 'json') {
    const list = rules.map(({ name, topic, severity, summary, reads, since }) => ({
      name,
      topic,
      severity,
      summary,
      dialects: DIALECTS[reads],
      since,
    }));
    output(`${JSON.stringify({ version: 1, tool: { version }, rules: list }, null, 2)}\n`);
    return;
  }
  const longest = Math.max(...rules.map((rule) => rule.name.length));
  for (const { name, severity, summary } of rules) {
    const level = style.severity(severity, severity.padEnd('information'.length));
    output(`${style.bold(name.padEnd(longest))}  ${level}  ${summary}\n`);
  }
}
