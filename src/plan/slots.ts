import { Filetype } from '../abi/generated/constants.ts';
import { CAPACITY } from '../kernel/descriptors.ts';
import { FileResource } from '../resources/file.ts';
import type { HeldFiles } from '../resources/held-files.ts';
import type { Mistakes } from '../resources/mistake.ts';
import { checkPipes } from '../resources/pipe.ts';
import type { Checked, ProgramFile, Resource } from '../resources/resource.ts';
import { namesOfRights } from '../resources/rights.ts';
import type { Enforcement, Grant, Warning } from './plan-types.ts';

/** A place that gets a descriptor; without a resource, it gets one that can do nothing. */
export type GrantSlot = {
  /** The program's number for it. */
  readonly descriptor: number;
  readonly place: string;
  readonly resource: Resource | undefined;
};

/** Slots that were checked: their grants, and the result of each check. */
export type CheckedSlots = {
  readonly grants: readonly Grant[];
  readonly checked: readonly (Checked | undefined)[];
};

/** Options for checking slots. */
export type SlotContext = {
  readonly program: ProgramFile;
  readonly files: HeldFiles;
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
  /** Returns the mechanisms for the limits of a resource that was checked. */
  readonly enforcement: (checked: Checked, resource: Resource) => readonly Enforcement[];
  /** The description of a slot without a resource, for people. */
  readonly nothing: string;
};

/** Checks the resource of every slot, and collects mistakes. */
export function checkSlots(slots: readonly GrantSlot[], context: SlotContext): CheckedSlots {
  const { program, files, mistakes, warnings } = context;
  if (slots.length > CAPACITY) {
    const reason = `The program would get ${slots.length} descriptors, more than the ${CAPACITY} it can have`;
    mistakes.add(reason, undefined);
    return { grants: [], checked: [] };
  }
  const checked = slots.map(({ resource, place }) =>
    resource?.check({
      program,
      files,
      mistakes,
      place,
      warn: (message) => warnings.push({ message, position: resource.position, place }),
    }),
  );
  for (const { resource, place } of slots)
    if (resource instanceof FileResource && resource.missing !== 'refuse')
      mistakes.add(
        "Key 'missing' is for 'directories' and 'files' of a Linux program only",
        resource.position,
        place,
      );
  checkPipes(slots, mistakes);
  for (const { resource, place } of slots)
    if (resource instanceof FileResource && resource.names !== undefined)
      mistakes.add(
        "'without' and 'only' are for 'directories' of a Linux program; grant narrower directories",
        resource.names.position ?? resource.position,
        place,
      );
  return { grants: slots.map((slot, index) => toGrant(slot, checked[index], context)), checked };
}

function toGrant(
  { resource, place, descriptor }: GrantSlot,
  checked: Checked | undefined,
  { enforcement, nothing }: SlotContext,
): Grant {
  const shared = { descriptor, place, position: resource?.position, resource };
  if (resource === undefined || checked === undefined)
    return {
      ...shared,
      kind: 'nothing',
      type: Filetype.unknown,
      description: nothing,
      rights: { base: [], inheriting: [] },
      enforcement: [],
    };
  return {
    ...shared,
    kind: resource.kind,
    type: checked.type,
    description: checked.description,
    rights: { base: namesOfRights(checked.base), inheriting: namesOfRights(checked.inheriting) },
    enforcement: enforcement(checked, resource),
  };
}
