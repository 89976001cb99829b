import { realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBeneath } from '../host/files/beneath.ts';
import { FileResource } from '../resources/file.ts';
import type { Plan } from './plan-types.ts';

/** Presets of rights by which the contents of a directory or file can change. */
const CHANGING: ReadonlySet<string> = new Set(['write', 'create', 'remove', 'append']);

/** Tells whether a program may change a file, or put another in its place. */
export function mayChange(plan: Plan, file: string): boolean {
  return isGranted(plan, file, true);
}

/** Tells whether a file lies in something that a program was granted. */
export function mayReach(plan: Plan, file: string): boolean {
  return isGranted(plan, file, false);
}

function isGranted(plan: Plan, file: string, changing: boolean): boolean {
  const path = realPlace(file);
  const granted = plan.grants.flatMap(({ resource }) =>
    resource instanceof FileResource &&
    (!changing || resource.rights.presets.some((preset) => CHANGING.has(preset)))
      ? [realPlace(resource.absolute)]
      : [],
  );
  const mounted =
    plan.kind === 'linux'
      ? plan.linux.entries.flatMap((entry) =>
          entry.kind === 'mount' && (!changing || entry.access === 'write') ? [realPlace(entry.path)] : [],
        )
      : [];
  return [...granted, ...mounted].some((directory) => isBeneath(path, directory));
}

/** Resolves the links of a path; its last name need not exist. */
function realPlace(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    try {
      return join(realpathSync(dirname(absolute)), absolute.slice(absolute.lastIndexOf('/') + 1));
    } catch {
      return absolute;
    }
  }
}
