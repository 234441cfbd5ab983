/** Key to sorted tokens. */
export type Records = Map<string, string[]>;

export function encode(versions: ReadonlyMap<string, Records>): string;
export function decode(text: string): Map<string, Records>;
