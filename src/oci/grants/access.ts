import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOUNT_ATTR_RDONLY } from '../../linux/mounts.ts';
import { isCallGroup } from '../../worlds/call-groups.ts';
import type { Configuration } from '../config/configuration.ts';
import type { ContainerProcess, ProcessLimit } from '../config/container-process.ts';
import { type JsonField, readJson } from '../config/json-field.ts';
import { OciError } from '../oci-error.ts';
import { clampCapabilities, clampLimits, type Warn } from '../process/clamp-limits.ts';
import {
  type ContainerAccess,
  configuredAccess,
  configuredDemands,
  type NetworkAccess,
  type WallDemands,
} from '../process/container-wall.ts';

/** The place of a container's grants, which only a mount of its configuration can be at. */
export const GRANTS_MOUNT = '/cloudabi';

/** The document there. */
export const GRANTS_DOCUMENT: string = `${GRANTS_MOUNT}/grants.yaml`;

/** The file of a container's directory with the grants of its document, for `exec`. */
const ACCESS_FILE = 'access.json';

/** The grants of a container's document. */
export type ContainerGrants = {
  readonly paths: readonly ContainerAccess[];
  readonly demands: WallDemands;
  readonly limits: readonly ProcessLimit[];
  /** `argv[0]` comes first; `undefined` where the document has none but the program. */
  readonly arguments: readonly string[] | undefined;
  readonly environment: readonly string[];
  /** Descriptors from 3 on that the program is handed: the number, and the host's. The caller closes them. */
  readonly descriptors: readonly (readonly [number: number, host: number])[];
};

/**
 * Tells whether a configuration mounts grants.
 *
 * @throws OciError for such a mount that the container could write to.
 */
export function mountsGrants({ mounts }: Configuration): boolean {
  const mount = mounts.find(({ destination }) => destination === GRANTS_MOUNT);
  if (mount === undefined) return false;
  const set = mount.options.own.set | mount.options.tree.set;
  if ((set & MOUNT_ATTR_RDONLY) === 0)
    throw new OciError(
      `The mount at ${GRANTS_MOUNT} must be read-only: the container would change its own grants`,
    );
  return true;
}

/** The grants of a container without a document: its configuration is all there is. */
export function configuredGrants(
  configuration: Configuration,
  demands: WallDemands = configuredDemands,
): ContainerGrants {
  return {
    paths: configuredAccess(configuration),
    demands,
    limits: [],
    arguments: undefined,
    environment: [],
    descriptors: [],
  };
}

/** Writes down what a document grants, as it was when the container was made. */
export function writeAccess(
  directory: string,
  { paths, demands, environment, limits }: ContainerGrants,
): void {
  const text = JSON.stringify({
    paths,
    demands,
    environment,
    limits: limits.map(({ resource, soft, hard }) => [resource, String(soft), String(hard)]),
  });
  writeFileSync(join(directory, ACCESS_FILE), text, { mode: 0o600 });
}

/** The grants of a further process of a container. What was handed to the first is not handed again. */
export function readAccess(directory: string, configuration: Configuration): ContainerGrants {
  const path = join(directory, ACCESS_FILE);
  if (!existsSync(path)) return configuredGrants(configuration);
  const field = readJson(readFileSync(path, 'utf8'), ACCESS_FILE);
  const demands = field.at('demands');
  return {
    paths: field
      .at('paths')
      .elements.map((each) => ({ at: each.at('at').text, access: each.at('access').count })),
    demands: {
      network: readNetwork(demands.at('network')),
      handed: 'none',
      calls: demands.at('calls').elements.flatMap(({ text }) => (isCallGroup(text) ? [text] : [])),
      granted: true,
    },
    environment: field.at('environment').elements.map(({ text }) => text),
    limits: field.at('limits').elements.map((each) => {
      const [resource, soft, hard] = each.elements;
      return { resource: resource?.count ?? 0, soft: BigInt(soft?.text ?? 0), hard: BigInt(hard?.text ?? 0) };
    }),
    arguments: undefined,
    descriptors: [],
  };
}

function readNetwork(field: JsonField): NetworkAccess {
  if (field.at('kind').text !== 'host') return { kind: 'none' };
  const ports = (name: 'connect' | 'bind') =>
    field.at(name).isThere ? { [name]: field.at(name).elements.map(({ count }) => count) } : {};
  return { kind: 'host', ...ports('connect'), ...ports('bind') };
}

/** A process with the words and limits of a document, which go before those of the configuration. */
export function grantedProcess(
  process: ContainerProcess,
  access: ContainerGrants,
  warn: Warn,
): ContainerProcess {
  const limits = [...process.limits, ...access.limits];
  const names = new Set(access.environment.map((each) => each.split('=')[0]));
  return {
    ...process,
    arguments: access.arguments ?? process.arguments,
    environment: [
      ...process.environment.filter((each) => !names.has(each.split('=')[0])),
      ...access.environment,
    ],
    limits: clampLimits(limits, warn),
    capabilities: clampCapabilities(process.capabilities, warn),
  };
}
