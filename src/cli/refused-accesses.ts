import { errnoName } from '../linux/errno.ts';
import type { AccessRefusal } from '../process/access-refusal.ts';
import { printable, printableJson } from '../text/printable.ts';

/**
 * Describes an access that a rule decided about in one line for people: time, process, category, path, decision and
 * rule.
 */
export function formatRefusedAccess(access: AccessRefusal): string {
  const { time, executable, pid, category, path, rule } = access;
  return printable(
    `${time.toISOString()} ${executable} (${pid}): ${category} of ${path} ${decisionOf(access)} by rule '${rule.text}' (${rule.place})`,
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

/** The same as one line of JSON. Names are stable. */
export function refusedAccessToJson(access: AccessRefusal): string {
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
    }),
  );
}
