import { appendFileSync, writeSync } from 'node:fs';
import { printable } from '../text/printable.ts';

/** The place and form of an engine's log. */
export type LogOptions = { readonly path: string | undefined; readonly format: 'text' | 'json' };

/**
 * Writes a line to the engine's log. Engines read the last error from it.
 *
 * @param level `error`, `warning` or `info`.
 */
export function logLine({ path, format }: LogOptions, level: string, message: string): void {
  if (path === undefined) return;
  const time = new Date().toISOString();
  const line =
    format === 'json'
      ? JSON.stringify({ level, msg: message, time })
      : `time=${JSON.stringify(time)} level=${level} msg=${JSON.stringify(message)}`;
  try {
    appendFileSync(path, `${line}\n`, { mode: 0o644 });
  } catch {
    // The message goes to standard error as well.
  }
}

/** Writes an error to standard error; the caller may have closed it. */
export function printOciError(message: string): void {
  try {
    writeSync(2, `cloudabi-oci: ${printable(message)}\n`);
  } catch {
    // It is in the log.
  }
}
