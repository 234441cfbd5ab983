import type { DocumentKind } from '../host/import/assemble.ts';
import { demandNoPaths, didYouMean, readOptions, type Shape, UsageError, type Values } from './options.ts';
import { HOST_HELP } from './usageHost.ts';

export interface CaptureOptions {
  /** Where the profile goes; standard output without it. */
  readonly output: string | undefined;
  readonly label: string | undefined;
  /** Where the machine's `sys` and `proc` are. */
  readonly root: string;
}

export interface ImportOptions {
  readonly output: string | undefined;
  readonly label: string | undefined;
  readonly documents: readonly { readonly kind: DocumentKind; readonly path: string }[];
}

export type HostCommand =
  | { readonly name: 'help'; readonly text: string }
  | { readonly name: 'host'; readonly action: 'capture'; readonly options: CaptureOptions }
  | { readonly name: 'host'; readonly action: 'import'; readonly options: ImportOptions }
  | { readonly name: 'host'; readonly action: 'print-script' }
  | { readonly name: 'host'; readonly action: 'list' };

const ACTIONS = ['capture', 'import', 'list'] as const;

/** By option, what the document is that it names. */
const DOCUMENTS: Readonly<Record<string, DocumentKind>> = {
  capabilities: 'capabilities',
  nodedev: 'nodedev',
  lstopo: 'lstopo',
  lscpu: 'lscpu',
  numactl: 'numactl',
  'nvidia-topo': 'nvidiaTopology',
};

const OPTIONS: Record<(typeof ACTIONS)[number], Record<string, Shape>> = {
  capture: { label: 'string', output: 'string', 'print-script': 'boolean', root: 'string' },
  import: {
    label: 'string',
    output: 'string',
    ...Object.fromEntries(Object.keys(DOCUMENTS).map((name) => [name, 'string' as const])),
  },
  list: {},
};

/**
 * Reads what follows `virtlens host`.
 * @throws UsageError
 */
export function parseHostCommand([first, ...rest]: readonly string[]): HostCommand {
  if (first === '-h' || first === '--help') return { name: 'help', text: HOST_HELP.host };
  if (first === undefined) throw new UsageError('host needs to know what to do: capture, import or list');
  const action = ACTIONS.find((candidate) => candidate === first);
  if (!action) {
    const remedy = didYouMean(first, ACTIONS) || `; there are ${ACTIONS.join(' and ')}`;
    throw new UsageError(`host cannot ${first}${remedy}`);
  }
  const { values, paths } = readOptions(rest, OPTIONS[action]);
  if (values.has('help')) return { name: 'help', text: HOST_HELP[action] };
  demandNoPaths(paths);
  if (action === 'list') return { name: 'host', action };
  if (action === 'import') return { name: 'host', action, options: importOptions(values) };
  if (values.has('print-script')) return { name: 'host', action: 'print-script' };
  const options = {
    output: values.get('output'),
    label: values.get('label'),
    root: values.get('root') ?? '/',
  };
  return { name: 'host', action, options };
}

function importOptions(values: Values): ImportOptions {
  const documents = Object.entries(DOCUMENTS).flatMap(([name, kind]) => {
    const path = values.get(name);
    return path === undefined ? [] : [{ kind, path }];
  });
  if (documents.length === 0) {
    const names = Object.keys(DOCUMENTS).map((name) => `--${name}`);
    throw new UsageError(`import needs at least one document: ${names.join(', ')}`);
  }
  return { output: values.get('output'), label: values.get('label'), documents };
}
