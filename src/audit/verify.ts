import { checkRecord, NO_HASH } from './chain.ts';

/** The finding about an audit stream. */
export type AuditFinding =
  /** Each record follows the one before; `last` is the hash to be kept elsewhere. */
  | { readonly kind: 'whole'; readonly records: number; readonly last: string; readonly open: number }
  /** The first line that is not what was written, from 1. */
  | { readonly kind: 'broken'; readonly line: number; readonly reason: string };

/**
 * Checks the text of an audit stream. A stream whose last records were cut off is whole by itself: only a hash that was kept
 * elsewhere shows that, or an end of a program that is missing.
 *
 * @param expected The hash of a record that must be among them.
 */
export function verifyAudit(text: string, expected?: string): AuditFinding {
  const lines = text.split('\n');
  if (lines.pop() !== '')
    return { kind: 'broken', line: lines.length + 1, reason: 'the line has no end: it was cut off' };
  let previous = NO_HASH;
  let open = 0;
  let found = expected === undefined;
  for (const [index, line] of lines.entries()) {
    const broken = (reason: string): AuditFinding => ({ kind: 'broken', line: index + 1, reason });
    const record = checkRecord(line);
    if (record === undefined) return broken('its hash is not that of its text');
    if (record.index !== index) return broken(`it is record ${record.index}, not ${index}`);
    if (record.previous !== previous) return broken('it does not follow the record before');
    previous = record.hash;
    if (previous === expected) found = true;
    if (record.type === 'start') open++;
    if (record.type === 'end') open--;
  }
  if (!found)
    return {
      kind: 'broken',
      line: lines.length + 1,
      reason: `the record with the hash ${expected} is missing: records were cut off`,
    };
  return { kind: 'whole', records: lines.length, last: previous, open };
}
