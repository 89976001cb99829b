import { closeSync, constants, openSync, writeSync } from 'node:fs';

/** Writes a file of a control group, which must be there. @throws Error of Node */
export function writeExisting(path: string, value: string): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    writeSync(file, value);
  } finally {
    closeSync(file);
  }
}
