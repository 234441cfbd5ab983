import * as fs from 'node:fs';
import { chooseHost } from '../hostChoice.ts';
import { hostInfo } from '../hostInfo.ts';
import { readHostFile, readReference } from '../hosts.ts';
import {
  CAPTURE_HOST,
  type CaptureAnswer,
  CHOOSE_HOST,
  type HostChoice,
  type HostChoiceParams,
  type HostList,
  type HostListParams,
  LIST_HOSTS,
} from '../messages.ts';
import { pathOf } from '../projects.ts';
import { referenceNames } from '../referenceProfiles.ts';
import type { Session } from '../session.ts';

/** virtlens/listHosts, virtlens/chooseHost and virtlens/captureHost. */
export function answerHosts(session: Session): void {
  const { connection, client, projects } = session;

  connection.onRequest(LIST_HOSTS, async ({ uri, files: given }: HostListParams): Promise<HostList> => {
    const inUse = uri === undefined ? undefined : await session.hostOf(uri);
    const current = inUse && hostInfo(inUse);
    const others = given.flatMap((file) => pathOf(file) ?? []).filter((file) => file !== current?.profile);
    const read = await Promise.all([...others.map(readHostFile), ...referenceNames().map(readReference)]);
    const hosts = read.flatMap((file) => (file ? hostInfo(file) : []));
    if (!current) return { hosts };
    // It may lie outside of the workspace, or nowhere.
    return { hosts: current.isReference ? hosts : [current, ...hosts], current: current.profile };
  });

  connection.onRequest<HostChoice, void>(CHOOSE_HOST, async ({ uri, profile }: HostChoiceParams) => {
    const project = uri === undefined ? undefined : await projects.onDisk(uri);
    return chooseHost(profile, project, uri === undefined ? undefined : pathOf(uri), projects.onlyRoot);
  });

  connection.onRequest<CaptureAnswer, void>(CAPTURE_HOST, async () => {
    if (!client.trustsWorkspace) {
      return { trouble: 'The workspace is not trusted, so nothing is read of this machine.' };
    }
    if (!fs.existsSync('/sys/devices/system/cpu')) {
      return {
        trouble: 'Only Linux tells what a profile holds: this machine has no /sys/devices/system/cpu.',
      };
    }
    const { captureProfile } = await import('../captureProfile.ts');
    return captureProfile({ root: '/', label: undefined }, new Date());
  });
}
