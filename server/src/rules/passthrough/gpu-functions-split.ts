import { isBridgeClass, isGpuClass } from '../../host/pciClass.ts';
import { defineRule } from '../define.ts';
import { describe, handOverFix, knowsAllPassed, passedDevices } from './hostDevices.ts';

export default defineRule({
  name: 'gpu-functions-split',
  reads: 'guest',
  needs: 'host-profile',
  topic: 'passthrough',
  severity: 'information',
  summary: 'A GPU is handed to the guest without its other functions, such as its audio.',
  sources: [{ title: 'Linux: VFIO', ref: 'Documentation/driver-api/vfio.rst' }],
  since: '0.1.0',
  check({ guest, host, report }) {
    if (!knowsAllPassed(guest)) return;
    const passed = passedDevices(guest, host);
    for (const own of passed) {
      const { onHost, name } = own;
      if (!onHost || !isGpuClass(onHost.facts.class) || onHost.facts.physicalFunction) continue;
      const card = name.slice(0, -1);
      const left = host.devices.filter(
        ({ address, facts }) =>
          address.startsWith(card) &&
          !facts.physicalFunction &&
          !isBridgeClass(facts.class) &&
          !passed.some((other) => other.name === address),
      );
      const [first] = left;
      if (!first) continue;
      const several = left.length > 1;
      report({
        message:
          `The GPU ${name} has ${several ? 'other functions' : 'another function'}, ${left.map(describe).join(', ')}, which ` +
          `${several ? 'stay' : 'stays'} with the host: sound over its display cable does not reach the guest, and some drivers ` +
          'cannot reset or power down the card.',
        at: own.at,
        about: own.device,
        fixes: handOverFix(
          several ? 'Hand over all functions of the card' : `Hand over ${describe(first)}, too`,
          own,
          left,
        ),
      });
    }
  },
});
