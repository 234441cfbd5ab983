import { optionsNamed } from '../../../dialects/qemu/commandLine.ts';
import { cardJoined } from '../../../rules/hygiene/legacy-net.ts';
import { touches } from '../../../text/span.ts';
import { type Proposal, proposeChanges, type QemuPlace } from '../refactoring.ts';

/** One -nic for a card and a network that meet in a hub. The rule about hubs offers it too, where it is on. */
export function netToNic(place: QemuPlace): Proposal[] {
  const { line } = place.variant;
  const options = optionsNamed(line, 'net');
  if (!options.some((option) => touches(option.range, place.range))) return [];
  return cardJoined(line, place.target).flatMap(({ title, applicability, changes }) =>
    proposeChanges(place, title, applicability === 'safe' ? 'guest' : 'nothing', changes),
  );
}
