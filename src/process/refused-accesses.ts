import { errnoName } from '../linux/errno.ts';
import { printable, printableJson } from '../text/printable.ts';
import type { AccessRefusal } from './access-refusal.ts';

/**
 * Describes an access that a rule decided about in one line for people: time, process, category, path, decision and
 * rule.
 *
 * @param asked True if questions are answered by a person; otherwise, the line tells how they would be.
 */
export function formatRefusedAccess(access: AccessRefusal, asked = false): string {
  const { time, executable, pid, category, path, rule } = access;
  const hint = isNotAsked(access, asked) ? '; --ask would ask you about it' : '';
  return printable(
    `${time.toISOString()} ${executable} (${pid}): ${category} of ${path} ${decisionOf(access)} by rule '${rule.text}' (${rule.place})${hint}`,
  );
}

function decisionOf({ action, errno, lost }: AccessRefusal): string {
  const before = lost === 0 ? '' : `, after ${lost} more that were too many to tell`;
  switch (action) {
    case 'log':
      return `recorded${before}`;
    case 'kill':
      return `answered with SIGKILL${before}`;
    case 'stop':
      return `answered with SIGSTOP${before}`;
    default:
      return `refused with ${errnoName(errno < 0 ? -errno : errno)}${before}`;
  }
}

/** Tells whether an access was refused because no person is asked. */
function isNotAsked({ action }: AccessRefusal, asked: boolean): boolean {
  return action === 'ask' && !asked;
}

/** The same as one line of JSON. Names are stable; `remedy` is null where no option changes the decision. */
export function refusedAccessToJson(access: AccessRefusal, asked = false): string {
  const { time, pid, executable, category, path, action, errno, rule, lost } = access;
  const error = errno === 0 ? null : errnoName(Math.abs(errno));
  const process = { pid, executable };
  return printableJson(
    JSON.stringify({
      time,
      kind: 'access',
      process,
      category,
      path,
      action,
      error,
      rule: rule.text,
      place: rule.place,
      lost,
      remedy: isNotAsked(access, asked) ? '--ask' : null,
    }),
  );
}
