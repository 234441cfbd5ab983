import type { Range, Span } from '../text/span.ts';
import type { Addresses } from './addresses.ts';
import type { Collection } from './collection.ts';
import type { Display } from './display.ts';
import type { Machine } from './machine.ts';
import type { GuestNode, Memory, NodeDistance } from './memory.ts';
import type { Pci } from './pci.ts';
import type { Processor } from './processor.ts';
import type { Threads } from './threads.ts';
import type { Topology } from './topology.ts';
import type { UnknownReason, Value } from './value.ts';

export type DialectId = 'qemu' | 'libvirt';

/** A part of the document that could not be read, for the status and the hover. */
export interface Gap {
  readonly span: Span;
  readonly why: UnknownReason | 'unknown-option';
}

/** One virtual machine, whatever language describes it. */
export interface Guest {
  readonly dialect: DialectId;
  readonly name: Value<string>;
  /** The word that starts it: the command's name, the `domain` of the start tag. */
  readonly label: Span;
  /** Everything that describes it. */
  readonly extent: Range;
  readonly machine: Machine;
  readonly topology: Topology;
  readonly memory: Memory;
  readonly nodes: Collection<GuestNode>;
  readonly distances: Collection<NodeDistance>;
  readonly pci: Pci;
  readonly threads: Threads;
  readonly processor: Processor;
  readonly addresses: Addresses;
  readonly displays: Collection<Display>;
  /** How much of it was read: options or elements seen, and those that could not be understood. Rules do not ask. */
  understood(): Understood;
}

export interface Understood {
  readonly total: number;
  readonly gaps: readonly Gap[];
}
