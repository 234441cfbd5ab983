import type { QemuTopic } from './explanation.ts';
import { deviceTopics } from './qemu/devices.ts';
import { machineTopics } from './qemu/machine.ts';
import { memoryTopics } from './qemu/memory.ts';
import { networkTopics } from './qemu/network.ts';
import { numaTopics } from './qemu/numa.ts';
import { pciTopics } from './qemu/pci.ts';
import { startTopics } from './qemu/start.ts';
import { storageTopics } from './qemu/storage.ts';

/** Everything we have to say about QEMU's command line. */
export const qemuTopics: readonly QemuTopic[] = [
  ...machineTopics,
  ...memoryTopics,
  ...numaTopics,
  ...pciTopics,
  ...deviceTopics,
  ...storageTopics,
  ...networkTopics,
  ...startTopics,
];
