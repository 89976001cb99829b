import { CAPABILITY_NAMES, LIMIT_NAMES } from '../../linux/name-tables.ts';
import type { JsonField } from './json-field.ts';

/** The sets of capabilities that a process starts with (capabilities(7)), as numbers. */
export type CapabilitySets = {
  readonly bounding: readonly number[];
  readonly effective: readonly number[];
  readonly permitted: readonly number[];
  readonly inheritable: readonly number[];
  readonly ambient: readonly number[];
};

/** A resource limit by its number (setrlimit(2)). */
export type ProcessLimit = {
  readonly resource: number;
  readonly soft: bigint;
  readonly hard: bigint;
};

/** A process of a container, as `process` of a configuration or the file of `exec --process` describes it. */
export type ContainerProcess = {
  readonly terminal: boolean;
  readonly size: { readonly columns: number; readonly rows: number } | undefined;
  readonly user: number;
  readonly group: number;
  readonly groups: readonly number[];
  readonly umask: number;
  readonly arguments: readonly string[];
  /** Variables as `NAME=value`. */
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  readonly capabilities: CapabilitySets;
  readonly limits: readonly ProcessLimit[];
  readonly oomScoreAdj: number | undefined;
  readonly noNewPrivileges: boolean;
};

/** The mask of new files when none is asked for, as of other runtimes. */
const USUAL_MASK = 0o022;

/** The highest id of a user; the one above means none. */
const LARGEST_ID = 0xfffffffe;

/**
 * Reads `process`.
 *
 * @throws OciError
 */
export function readProcess(field: JsonField): ContainerProcess {
  const user = field.at('user');
  const size = field.at('consoleSize');
  const args = field.at('args').elements.map((each) => each.text);
  if (args.length === 0) throw field.at('args').mistake('a program and its arguments');
  const cwd = field.at('cwd');
  if (!cwd.text.startsWith('/')) throw cwd.mistake('an absolute path');
  for (const name of ['apparmorProfile', 'selinuxLabel'])
    if (field.at(name).optionalText !== undefined)
      throw field.at(name).mistake('none: this runtime confines by Landlock and seccomp instead');
  return {
    terminal: field.at('terminal').flag,
    size: size.isThere ? { columns: size.at('width').count, rows: size.at('height').count } : undefined,
    user: readId(user.at('uid')),
    group: readId(user.at('gid')),
    groups: user.at('additionalGids').elements.map(readId),
    umask: user.at('umask').optionalCount ?? USUAL_MASK,
    arguments: args,
    environment: field.at('env').elements.map((each) => each.text),
    workingDirectory: cwd.text,
    capabilities: readCapabilities(field.at('capabilities')),
    limits: field.at('rlimits').elements.map(readLimit),
    oomScoreAdj: field.at('oomScoreAdj').optionalNumber,
    noNewPrivileges: field.at('noNewPrivileges').flag,
  };
}

function readId(field: JsonField): number {
  const id = field.optionalCount ?? 0;
  if (id > LARGEST_ID) throw field.mistake('the id of a user or group');
  return id;
}

function readCapabilities(field: JsonField): CapabilitySets {
  const set = (name: string): readonly number[] =>
    field.at(name).elements.flatMap((each) => {
      const number = CAPABILITY_NAMES.indexOf(each.text);
      // A name of a later kernel: what this one does not know cannot be had.
      return number < 0 ? [] : [number];
    });
  return {
    bounding: set('bounding'),
    effective: set('effective'),
    permitted: set('permitted'),
    inheritable: set('inheritable'),
    ambient: set('ambient'),
  };
}

const NO_LIMIT = 0xffffffffffffffffn;

function readLimit(field: JsonField): ProcessLimit {
  const type = field.at('type');
  const resource = LIMIT_NAMES.indexOf(type.text);
  if (resource < 0) throw type.mistake('the name of a resource limit such as RLIMIT_NOFILE');
  const value = (name: string): bigint => {
    const number = field.at(name).number;
    // Engines in Go write 2^64 - 1 for no limit, which a number of JavaScript rounds up.
    return number < 0 || number >= 2 ** 63 ? NO_LIMIT : BigInt(Math.trunc(number));
  };
  return { resource, soft: value('soft'), hard: value('hard') };
}
