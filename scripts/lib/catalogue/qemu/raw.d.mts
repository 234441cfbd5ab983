/** What a QEMU said about itself: lists of QMP. */
export type Facts = Readonly<Record<string, unknown>>;

export function readRaw(file: string): Facts;
