import { atLeast, type Version } from '../guest/target.ts';
import { oncePer } from '../values/oncePer.ts';
import type { Fact } from './qemu/facts.ts';
import { readProperty } from './qemu/property.ts';

/** A list of parameters as records have them; those in `until` are gone from that version on, those in `since` came with it. */
interface List {
  readonly tokens: string;
  readonly until?: readonly [version: Version, tokens: string];
  readonly since?: readonly [version: Version, tokens: string];
}

/** ui/spice-core.c: qemu_spice_opts. The list is in a module that is not loaded when QEMU tells its parameters. */
const SPICE: List = {
  tokens:
    'port:number tls-port:number addr:string ipv4:boolean ipv6:boolean unix:boolean password-secret:string ' +
    'disable-ticketing:boolean disable-copy-paste:boolean disable-agent-file-xfer:boolean sasl:boolean x509-dir:string ' +
    'x509-key-file:string x509-key-password:string x509-cert-file:string x509-cacert-file:string x509-dh-key-file:string ' +
    'tls-ciphers:string tls-channel:string plaintext-channel:string image-compression:string ' +
    'jpeg-wan-compression:string zlib-glz-wan-compression:string streaming-video:string agent-mouse:boolean ' +
    'playback-compression:boolean seamless-migration:boolean display:string head:number gl:boolean rendernode:string',
  until: [[8, 0], 'password:string'],
  since: [[9, 2], 'video-codecs:string max-refresh-rate:number'],
};

/** hw/acpi/core.c: acpi_table_install, AcpiTableOptions. */
const ACPI_TABLE: List = {
  tokens:
    'sig:string rev:number oem_id:string oem_table_id:string oem_rev:number asl_compiler_id:string ' +
    'asl_compiler_rev:number file:string data:string',
};

/** qapi/compat.json: CompatPolicy. */
const COMPAT: List = {
  tokens:
    'deprecated-input:{accept|reject|crash} deprecated-output:{accept|hide} ' +
    'unstable-input:{accept|reject|crash} unstable-output:{accept|hide}',
};

/** backends/tpm: tpm_passthrough_cmdline_opts, tpm_emulator_cmdline_opts. */
const TPM: Readonly<Record<string, List>> = {
  emulator: { tokens: 'type:string chardev:string' },
  passthrough: { tokens: 'type:string cancel-path:string path:string' },
};

/** hw/smbios/smbios.c: qemu_smbios_type0_opts and its like; types 9 and newer ones are not listed. */
const SMBIOS: Readonly<Record<string, List>> = {
  '0': {
    tokens: 'type:number vendor:string version:string date:string release:string uefi:boolean',
    since: [[9, 0], 'vm:boolean'],
  },
  '1': {
    tokens:
      'type:number manufacturer:string product:string version:string serial:string uuid:string sku:string family:string',
  },
  '2': {
    tokens:
      'type:number manufacturer:string product:string version:string serial:string asset:string location:string',
  },
  '3': { tokens: 'type:number manufacturer:string version:string serial:string asset:string sku:string' },
  '4': {
    tokens:
      'type:number sock_pfx:string manufacturer:string version:string serial:string asset:string part:string ' +
      'max-speed:number current-speed:number processor-id:number',
    since: [[9, 0], 'processor-family:number'],
  },
  '11': { tokens: 'type:number value:string path:string' },
  '17': {
    tokens:
      'type:number loc_pfx:string bank:string manufacturer:string serial:string asset:string part:string speed:number',
  },
  '41': { tokens: 'type:number designation:string kind:string instance:number pcidev:string' },
};

/**
 * The parameters of an option of which QEMU does not tell them itself, -spice, -acpitable, -compat, -tpmdev and -smbios.
 * @param type of the TPM backend or of the SMBIOS table
 * @returns undefined where they are not known either
 */
export function unlistedParameters(
  option: string,
  type: string | undefined,
  version: Version,
): Fact | undefined {
  const list = listOf(option, type);
  return list && factsOf(list)(option, version);
}

/** Between these the lists changed. */
const ASKED: readonly Version[] = [
  [7, 2],
  [10, 0],
  [11, 1],
];

/** The versions, of those asked, in which such an option has the parameter. */
export const versionsOfUnlisted = (
  option: string,
  type: string | undefined,
  key: string,
): readonly Version[] =>
  ASKED.filter((version) => unlistedParameters(option, type, version)?.properties.has(key));

/** Whether any of these options has a parameter of that name, in some version. */
export const isUnlistedParameter = (name: string): boolean => namesIn().has(name);

let names: ReadonlySet<string> | undefined;

function namesIn(): ReadonlySet<string> {
  if (names) return names;
  const lists = [SPICE, ACPI_TABLE, COMPAT, ...Object.values(TPM), ...Object.values(SMBIOS)];
  const tokens = lists.flatMap(({ tokens, until, since }) => [tokens, until?.[1], since?.[1]]);
  names = new Set(tokens.flatMap((each) => each?.split(' ').map((token) => token.split(':', 1)[0]!) ?? []));
  return names;
}

function listOf(option: string, type: string | undefined): List | undefined {
  if (option === 'spice') return SPICE;
  if (option === 'acpitable') return ACPI_TABLE;
  if (option === 'compat') return COMPAT;
  const table = option === 'tpmdev' ? TPM : option === 'smbios' ? SMBIOS : undefined;
  return table && type !== undefined && Object.hasOwn(table, type) ? table[type] : undefined;
}

const factsOf = oncePer((list: List) => {
  const known = new Map<string, Fact>();
  return (option: string, version: Version): Fact => {
    const before = list.until && !atLeast(version, list.until[0]) ? ` ${list.until[1]}` : '';
    const after = list.since && atLeast(version, list.since[0]) ? ` ${list.since[1]}` : '';
    const text = list.tokens + before + after;
    const fact = known.get(text) ?? read(option, text);
    known.set(text, fact);
    return fact;
  };
});

const read = (option: string, text: string): Fact => ({
  kind: 'parameters',
  name: option,
  properties: new Map(
    text.split(' ').map((token) => {
      const property = readProperty(token, () => undefined);
      return [property.name, property];
    }),
  ),
  required: [],
  complete: true,
  deprecated: false,
});
