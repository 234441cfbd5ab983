/** An integer constant of the shell: decimal, 0 for octal, 0x, or BASE#DIGITS up to base 36. */
export function parseInteger(text: string): bigint | undefined {
  if (text.length > 20) return undefined;
  if (/^0[xX][0-9a-fA-F]+$/.test(text) || /^(?:0|[1-9]\d*)$/.test(text)) return BigInt(text);
  if (/^0[0-7]+$/.test(text)) return BigInt(`0o${text.slice(1)}`);
  const based = /^(\d{1,2})#([0-9a-zA-Z]+)$/.exec(text);
  if (!based) return undefined;
  const base = Number(based[1]);
  let value = 0n;
  for (const digit of based[2]!) {
    const worth = Number.parseInt(digit, 36);
    if (base < 2 || base > 36 || worth >= base) return undefined;
    value = value * BigInt(base) + BigInt(worth);
  }
  return value;
}
