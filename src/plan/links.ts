import type { Mistakes } from '../resources/mistake.ts';
import { LinkEnd } from '../resources/program-link.ts';
import type { GrantSlot } from './slots.ts';

/**
 * Refuses ends of links for a program that makes system calls of its own: it would use received descriptors for all that
 * the host lets them do, and not only for what they were sent for.
 *
 * @param subject The program, for messages: `a Linux program`.
 */
export function refuseLinks(slots: readonly GrantSlot[], mistakes: Mistakes, subject: string): void {
  for (const { resource, place } of slots)
    if (resource instanceof LinkEnd)
      mistakes.add(
        `programLink() joins WebAssembly modules and CloudABI executables, in which our kernel holds the rights of descriptors, and this is ${subject}; grant a socket instead`,
        resource.position,
        place,
      );
}
