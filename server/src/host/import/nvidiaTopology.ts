import { formatPciAddress, parsePciAddress } from '../../values/pciAddress.ts';
import type { DeviceFacts, HostFacts, NodeFacts } from '../facts.ts';
import { type Document, type Imported, readDocument } from './document.ts';
import { MAX_NODE, readList, readWhole } from './numbers.ts';
import { type Matrix, readMatrix } from './nvidiaMatrix.ts';

const SOURCE = 'nvidia-smi topo -m';

/** Of `nvidia-smi --query-gpu=index,pci.bus_id --format=csv`, and of the table that nvidia-smi prints without arguments. */
const QUERY = /^\s*(\d{1,3})\s*,\s*([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\b/i;
const TABLE = /^\| {1,9}(\d{1,3}) [^|]{1,200}\| {1,9}([0-9a-f]{8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7])\b/i;

/**
 * Reads `nvidia-smi topo -m` with its legend: how GPUs reach each other, the nodes they are local to, and which nodes
 * are the memory of a GPU. Rows of network cards and of parts of GPUs (MIG) are passed over.
 *
 * The matrix counts GPUs and tells no addresses. These are taken from the same text, where the index and bus of each
 * GPU stand as well, or else from `gpus`.
 * @param gpus addresses of all NVIDIA GPUs, as other sources know them. nvidia-smi counts in the order of addresses.
 */
export const importNvidiaTopology = (text: string, file: string, gpus: readonly string[] = []): Imported =>
  readDocument(SOURCE, text, file, (document) => {
    const matrix = readMatrix(document);
    if (!matrix) return {};
    const addresses = readAddresses(text);
    const count = matrix.gpus.length;
    if (addresses.size === 0 && gpus.length === count) {
      for (const [index, address] of [...gpus].sort().entries()) addresses.set(index, address);
    }
    const nodes = memoryNodes(matrix);
    if (matrix.gpus.some(({ index }) => !addresses.has(index))) {
      const told =
        gpus.length > 0 ? `other documents know ${gpus.length} of NVIDIA` : 'no document tells addresses';
      document.note(
        matrix.at,
        `Which of the ${count} GPUs is which device is not known (${told}): add the output of ` +
          'nvidia-smi --query-gpu=index,pci.bus_id --format=csv to the document.',
      );
    }
    const pci = devices(document, matrix, addresses);
    const gpuLinks = links(document, matrix, addresses);
    return {
      ...(nodes.length > 0 && { nodes }),
      ...(pci.length > 0 && { pci }),
      ...(gpuLinks.length > 0 && { gpuLinks }),
    };
  });

function readAddresses(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [, index, bus] = QUERY.exec(line) ?? TABLE.exec(line) ?? [];
    const address = bus === undefined ? undefined : parsePciAddress(bus);
    if (address) found.set(Number(index), formatPciAddress(address));
  }
  return found;
}

/** With Grace-Hopper, the memory of a GPU is a node of the host. */
const memoryNodes = ({ gpus }: Matrix): NodeFacts[] =>
  gpus.flatMap(({ memoryNode }) => {
    const id = readWhole(memoryNode, MAX_NODE);
    return id === undefined ? [] : [{ id, kind: 'gpu' as const }];
  });

const devices = (
  document: Document,
  { gpus }: Matrix,
  addresses: ReadonlyMap<number, string>,
): DeviceFacts[] =>
  gpus.flatMap(({ index, affinity, at }) => {
    const address = addresses.get(index);
    if (address === undefined || affinity === undefined || affinity === 'N/A') return [];
    const nodes = readList(affinity, MAX_NODE);
    if (nodes && !nodes.isEmpty) return [{ address, nodes: [...nodes] }];
    document.error(at, `The NUMA affinity "${affinity}" of GPU${index} names no nodes: it is left out.`);
    return [];
  });

type Link = NonNullable<HostFacts['gpuLinks']>[number];

const KIND = /^(?:NV\d{1,3}|PIX|PXB|PHB|NODE|SYS)$/;

function links(document: Document, { gpus }: Matrix, addresses: ReadonlyMap<number, string>): Link[] {
  const found: Link[] = [];
  for (const one of gpus) {
    for (const other of gpus) {
      if (other.index <= one.index) continue;
      const kind = one.links.get(other.index);
      const back = other.links.get(one.index);
      if (kind !== back) {
        document.error(
          other.at,
          `GPU${one.index} reaches GPU${other.index} by ${kind}, and the other way by ${back}: it is left out.`,
        );
        continue;
      }
      const a = addresses.get(one.index);
      const b = addresses.get(other.index);
      // Codes of later versions mean nothing to us.
      if (a && b && kind !== undefined && KIND.test(kind)) found.push({ a, b, kind });
    }
  }
  return found;
}
