import { rules } from '../generated/rules.ts';
import { languagesOf } from '../rules/define.ts';
import type { Output } from './report.ts';
import type { Style } from './style.ts';

/** Lists all rules, in the order of their names. */
export function listRules(format: 'text' | 'json', output: Output, style: Style, version: string): void {
  if (format === 'json') {
    const list = rules.map((rule) => {
      const { name, topic, severity, summary, since } = rule;
      return { name, topic, severity, summary, dialects: languagesOf(rule), since };
    });
    output(`${JSON.stringify({ version: 1, tool: { version }, rules: list }, null, 2)}\n`);
    return;
  }
  const longest = Math.max(...rules.map((rule) => rule.name.length));
  for (const { name, severity, summary } of rules) {
    const level = style.severity(severity, severity.padEnd('information'.length));
    output(`${style.bold(name.padEnd(longest))}  ${level}  ${summary}\n`);
  }
}
