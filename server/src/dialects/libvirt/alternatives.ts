/**
 * What a template engine acts on: `{% if x %}` (Jinja, Liquid), `<% if x %>` (ERB), `{{ if x }}` (Go), `{{#if x}}`
 * (Handlebars). Bounded, as half-typed ones have no end.
 */
const TAG = /\{%[-+]?([\s\S]{0,300}?)%\}|<%-?(?!=)([\s\S]{0,300}?)%>|\{\{[-#]?([\s\S]{0,300}?)\}\}/g;

const OPENS = /^(?:if|unless|for|while|case|range|with|each)\b|\bdo(?:\s*\|.*\|)?\s*-?$/;
const ELSE = /^(?:else|elif|elsif|when)\b/;
const ENDS = /^(?:end|endif|endunless|endfor|endcase)\b|^\/(?:if|unless|each|with)\b/;

/**
 * The text with what stands behind an `else` of a template blanked out, up to the end of the condition: only one of
 * the two will be in the document, and they are not to be held against each other. Offsets stay as they are.
 */
export function withoutAlternatives(text: string): string {
  if (!/(?:\{%|<%|\{\{)[-+]?\s*(?:else|elif|elsif)\b/.test(text)) return text;
  /** For every open condition, where the text behind its first `else` starts. */
  const open: (number | undefined)[] = [];
  const hidden: [number, number][] = [];
  for (const match of text.matchAll(TAG)) {
    const word = (match[1] ?? match[2] ?? match[3] ?? '').trim();
    if (ELSE.test(word)) {
      if (open.length > 0) open[open.length - 1] ??= match.index + match[0].length;
    } else if (ENDS.test(word)) {
      const from = open.pop();
      if (from !== undefined && open.every((outer) => outer === undefined)) hidden.push([from, match.index]);
    } else if (OPENS.test(word)) open.push(undefined);
  }
  let out = '';
  let at = 0;
  for (const [start, end] of hidden) {
    out += text.slice(at, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ');
    at = end;
  }
  return out + text.slice(at);
}
