/** A domain of a name of its own with what is said in `body`. */
export const domain = (body: string): string => `<domain type='qemu'>
  <name>agreement</name>
${body.replace(/^\n/, '').trimEnd()}
</domain>
`;

export const Q35 = `  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>`;
export const I440FX = `  <os><type arch='x86_64' machine='pc-i440fx-7.2'>hvm</type></os>`;

/** What a guest needs at least beside what is tried. */
export const SMALL = `  <memory unit='MiB'>512</memory>
  <vcpu>2</vcpu>
${Q35}`;
