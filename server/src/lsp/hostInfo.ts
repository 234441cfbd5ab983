import * as path from 'node:path';
import type { Host } from '../host/host.ts';
import type { HostFile } from './hosts.ts';
import { type HostInfo, PROFILE_SUFFIX } from './messages.ts';

/** What there is to tell about a profile that was read. */
export function hostInfo(file: HostFile): HostInfo {
  const { host, reference } = file;
  const { label, volatile } = host?.profile ?? {};
  const trouble = troubleOf(file);
  return {
    profile: reference ?? file.path,
    name: path.basename(file.path, PROFILE_SUFFIX),
    isReference: reference !== undefined,
    ...(label ? { label } : {}),
    ...(host ? { size: sizeOf(host) } : {}),
    ...(volatile ? { capturedAt: volatile.capturedAt } : {}),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

/** Of several problems the first: the others are marked in the file, and it is often their cause. */
function troubleOf({ trouble, problems }: HostFile): string | undefined {
  return trouble === undefined ? problems[0]?.message : `It cannot be read: ${trouble}.`;
}

const sizeOf = ({ nodes, cpus }: Host): string =>
  `${counted(nodes.length, 'node')}, ${counted(cpus.size, 'CPU')}`;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
