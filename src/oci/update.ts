import { readFileSync } from 'node:fs';
import { JsonField, readJson } from './config/json-field.ts';
import { readState } from './container-state.ts';
import { type ContainerGroups, findHierarchies } from './groups/hierarchies.ts';
import { applySettings, settingsOf } from './groups/limits-of.ts';
import { OciError } from './oci-error.ts';

/** Options of `update` that stand for a resource, and where it is in `linux.resources`. */
export const updateOptions = {
  'blkio-weight': ['blockIO', 'weight'],
  'cpu-period': ['cpu', 'period'],
  'cpu-quota': ['cpu', 'quota'],
  'cpu-share': ['cpu', 'shares'],
  'cpuset-cpus': ['cpu', 'cpus'],
  'cpuset-mems': ['cpu', 'mems'],
  memory: ['memory', 'limit'],
  'memory-reservation': ['memory', 'reservation'],
  'memory-swap': ['memory', 'swap'],
  'pids-limit': ['pids', 'limit'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

/** The resources that options of `update` ask for. @throws OciError */
export function resourcesOf(options: ReadonlyMap<string, string>): JsonField {
  const found: Record<string, Record<string, unknown>> = {};
  for (const [option, [part, name]] of Object.entries(updateOptions)) {
    const value = options.get(option);
    if (value === undefined) continue;
    const isText = name === 'cpus' || name === 'mems';
    if (!isText && !/^-?\d{1,15}$/.test(value))
      throw new OciError(`--${option} has ${JSON.stringify(value)}, expected a whole number`);
    found[part] = { ...found[part], [name]: isText ? value : Number(value) };
  }
  return new JsonField(found, '');
}

/** Reads resources from a file, or standard input for `-`. @throws OciError */
export function readResources(path: string): JsonField {
  return readJson(readFileSync(path === '-' ? 0 : path, 'utf8'), path);
}

/**
 * Changes the limits of a container.
 *
 * @throws OciError
 */
export function updateContainer(states: string, id: string, resources: JsonField): void {
  const { groups } = readState(states, id);
  const known = groupsOf(groups);
  applySettings(known, settingsOf(resources, known));
}

/** Finds which controller each directory of a container is of. */
function groupsOf(directories: readonly string[]): ContainerGroups {
  const hierarchies = findHierarchies();
  if (hierarchies.version === 2)
    return { version: 2, directories: new Map(directories.map((one) => ['unified', one] as const)) };
  const found = new Map<string, string>();
  for (const [controller, at] of hierarchies.at) {
    const directory = directories.find((one) => one.startsWith(`${at}/`));
    if (directory !== undefined) found.set(controller, directory);
  }
  return { version: 1, directories: found };
}
