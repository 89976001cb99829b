import { Filetype } from '../abi/generated/constants.ts';
import { FileResource } from '../resources/file.ts';
import type { HeldFiles } from '../resources/held-files.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Checked, Resource } from '../resources/resource.ts';
import { rightsSet } from '../resources/rights.ts';
import { quote } from '../resources/written.ts';
import { excessOver, type Reach } from '../worlds/narrower.ts';
import type { GrantSlot } from './slots.ts';

/**
 * Refuses a grant that one around it makes wider: a name beneath a directory can be opened through every directory around it, with
 * the rights that one gives.
 */
export function checkAround(
  mistakes: Mistakes,
  files: HeldFiles,
  resource: Resource,
  slots: readonly GrantSlot[],
  place: string,
): void {
  const wider = widerThan(resource, slots, files);
  if (wider === undefined || !(resource instanceof FileResource)) return;
  const [inner, outer] = [quote(resource.path), quote(wider.path)];
  mistakes.add(
    `Cannot make ${inner} narrower than the grant of ${outer} around it, which allows changes in everything beneath it; grant both alike, or directories beside ${inner} instead of ${outer}`,
    resource.pathPosition,
    place,
  );
}

/** Checks that the resource for a standard stream or a directory is of use as one. */
export function checkSlotUse(
  mistakes: Mistakes,
  files: HeldFiles,
  resource: Resource,
  place: string,
  { type, base }: Checked,
): void {
  const wrong = (message: string): void => mistakes.add(message, resource.position, place);
  const { low } = rightsSet([place === 'stdin' ? 'fd_read' : 'fd_write']);
  if (place.startsWith('directories')) {
    const path = resource instanceof FileResource ? quote(resource.path) : place;
    const missing = resource instanceof FileResource && files.find(resource.absolute) === undefined;
    if (missing) wrong(`Cannot grant ${path}: no such directory; make it first`);
    else if (type !== Filetype.directory) wrong(`Cannot grant ${path} as a directory: not a directory`);
  } else if (type === Filetype.directory) {
    wrong(`A directory cannot be ${place}`);
  } else if ((base.low & low) === 0) {
    const [done, right] = place === 'stdin' ? ['read', 'read'] : ['written', 'write'];
    const hint = resource instanceof FileResource ? `; add '${right}' to its rights` : '';
    wrong(`The grant for ${place} cannot be ${done}${hint}`);
  }
}

/** Finds a grant around another that lets more be changed there; `undefined` when none does. */
export function widerThan(
  resource: Resource,
  slots: readonly GrantSlot[],
  files: HeldFiles,
): FileResource | undefined {
  if (!(resource instanceof FileResource)) return undefined;
  const others = slots.flatMap((slot) =>
    slot.resource instanceof FileResource && slot.resource !== resource ? [slot.resource] : [],
  );
  const inner = reachOf(resource, files);
  return others.find((other) => excessOver(inner, [reachOf(other, files)]) !== undefined);
}

function reachOf(grant: FileResource, files: HeldFiles): Reach {
  const write = grant.rights.presets.some((preset) => preset !== 'read' && preset !== 'execute');
  return { path: files.real(grant.absolute), write, execute: true };
}
