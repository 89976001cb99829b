import { openSync, readSync } from 'node:fs';

const PATTERN = '/proc/sys/kernel/core_pattern';

/**
 * Warns of the reach of a crash in spite of the limit on core dumps (worlds/target.ts), which keeps the kernel from writing
 * files and from starting programs, but not from connecting to a socket (`@PATH`, Linux 6.16; fs/coredump.c).
 *
 * @param pattern The host's setting.
 */
export function coreWarning(pattern: string | undefined = readPattern()): string | undefined {
  if (pattern?.startsWith('@') !== true) return undefined;
  return "A crash connects to this host's service for core dumps ('@' in kernel.core_pattern), which no limit prevents: the service gets the memory of the program";
}

/** The setting, kept open: it is read at each plan, since it can be changed at any time. */
let setting: number | undefined;

/** Room for the longest pattern that the kernel keeps (CORENAME_MAX_SIZE), and the end of its line. */
const room = Buffer.alloc(256);

function readPattern(): string | undefined {
  try {
    setting ??= openSync(PATTERN, 'r');
    return room.toString('latin1', 0, readSync(setting, room, 0, room.length, 0)).trim();
  } catch (error) {
    // Containers may lack it.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
