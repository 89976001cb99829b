import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OciError } from './oci-error.ts';

/* The directory in which a container is known: `state`, `config.json` as it was, and the pipe on which it waits for `start`. */

/** The directory in which containers are known unless an option says otherwise. */
export const USUAL_STATES = '/run/cloudabi-oci';

/** The names of files in a container's directory. */
export const StateFile = {
  state: 'state',
  configuration: 'config.json',
  gate: 'gate',
  report: 'report',
} as const;

/** The facts that are kept about a container. */
export type ContainerState = {
  readonly id: string;
  readonly version: string;
  readonly bundle: string;
  readonly root: string;
  /** The first process, and when it was started, in clock ticks (proc_pid_stat(5)); 0 before it is there. */
  readonly pid: number;
  readonly started: string;
  /** The moment, as RFC 3339 has it. */
  readonly created: string;
  readonly annotations: readonly (readonly [name: string, value: string])[];
  /** Directories of its control groups that were made for it, and that of the group that can be frozen. */
  readonly groups: readonly string[];
  readonly freezer: string | undefined;
  /** The directory of a group whose processes are all of the container's. */
  readonly processes: string | undefined;
  /** Points of its life at which hooks are left to run. */
  readonly hooks: readonly string[];
};

/** Checks the name of a container. @throws OciError */
export function checkId(id: string | undefined): string {
  if (id === undefined || !/^[\w+.-]{1,1024}$/.test(id) || id === '.' || id === '..')
    throw new OciError(`Invalid id of a container: ${JSON.stringify(id ?? '')}`);
  return id;
}

/** The directory of a container. */
export function stateDirectory(root: string, id: string): string {
  return join(root, id);
}

/**
 * Makes the directory of a new container.
 *
 * @throws OciError when there is one of this name.
 */
export function makeStateDirectory(root: string, id: string): string {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const directory = stateDirectory(root, id);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new OciError(`container with given ID already exists: ${id}`);
    throw error;
  }
  return directory;
}

/**
 * Writes the state at once. The native commands read it (oci.c): a line for each fact, then the JSON document of `state` in
 * two halves, between and behind which the process id and the status go.
 */
export function writeState(directory: string, state: ContainerState): void {
  const { id, version, bundle, root, pid, started, created, annotations } = state;
  const before = `{"ociVersion":${JSON.stringify(version)},"id":${JSON.stringify(id)},"pid":`;
  const more = { bundle, rootfs: root, created, owner: '', annotations: Object.fromEntries(annotations) };
  const behind = `,${JSON.stringify(more).slice(1, -1)},"status":"`;
  const lines = [
    `pid ${pid}`,
    `started ${started}`,
    ...state.groups.map((group) => `group ${group}`),
    ...(state.freezer === undefined ? [] : [`freezer ${state.freezer}`]),
    ...(state.processes === undefined ? [] : [`processes ${state.processes}`]),
    ...state.hooks.map((point) => `hook ${point}`),
    `before ${before}`,
    `behind ${behind}`,
  ];
  for (const line of lines)
    if (line.includes('\n')) throw new OciError('A path of the container has a line feed in it');
  const path = join(directory, StateFile.state);
  writeFileSync(`${path}.new`, `${lines.join('\n')}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The state as it is needed by commands in TypeScript. */
export type KnownState = {
  readonly directory: string;
  readonly pid: number;
  readonly started: string;
  readonly groups: readonly string[];
  readonly freezer: string | undefined;
  readonly processes: string | undefined;
  readonly bundle: string;
  /** The document of `state` as far as it does not change. */
  readonly document: Readonly<Record<string, unknown>>;
};

/** Reads a state. @throws OciError when there is no such container. */
export function readState(root: string, id: string): KnownState {
  const directory = stateDirectory(root, checkId(id));
  let text: string;
  try {
    text = readFileSync(join(directory, StateFile.state), 'utf8');
  } catch {
    throw new OciError(`container ${JSON.stringify(id)} does not exist`);
  }
  const all = (key: string): readonly string[] =>
    text.split('\n').flatMap((line) => (line.startsWith(`${key} `) ? [line.slice(key.length + 1)] : []));
  const [before = '{"pid":', behind = ',"bundle":"","status":"'] = [all('before')[0], all('behind')[0]];
  const document: Readonly<Record<string, unknown>> = JSON.parse(`${before}0${behind}"}`);
  return {
    directory,
    pid: Number(all('pid')[0]),
    started: all('started')[0] ?? '',
    groups: all('group'),
    freezer: all('freezer')[0],
    processes: all('processes')[0],
    bundle: typeof document['bundle'] === 'string' ? document['bundle'] : '',
    document,
  };
}

/** Removes a container's directory. */
export function removeState(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}
