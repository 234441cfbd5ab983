import type { LibvirtTopic } from './explanation.ts';
import { deviceTopics } from './libvirt/devices.ts';
import { hostdevTopics } from './libvirt/hostdev.ts';
import { machineTopics } from './libvirt/machine.ts';
import { memoryTopics } from './libvirt/memory.ts';
import { numaTopics } from './libvirt/numa.ts';
import { pciTopics } from './libvirt/pci.ts';
import { threadTopics } from './libvirt/threads.ts';

/** Everything we have to say about libvirt's domain XML. */
export const libvirtTopics: readonly LibvirtTopic[] = [
  ...machineTopics,
  ...threadTopics,
  ...memoryTopics,
  ...numaTopics,
  ...pciTopics,
  ...hostdevTopics,
  ...deviceTopics,
];
