/** A bundle of the product, and what it was made of. */
interface Bundle {
  readonly name: string;
  readonly file: string;
}

export function bundlePrograms(
  folder: string,
  options?: { readonly dev: boolean },
): Promise<readonly Bundle[]>;
