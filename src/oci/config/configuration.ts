import { OciError } from '../oci-error.ts';
import { type ContainerProcess, readProcess } from './container-process.ts';
import { type DeviceNode, readDevice } from './device-node.ts';
import { type JsonField, readJson } from './json-field.ts';
import { type MountOptions, propagationOf, sortOptions } from './mount-options.ts';

/** A mount of a container. */
export type ContainerMount = {
  /** Absolute path in the container. */
  readonly destination: string;
  /** `bind`, or the type of a file system. */
  readonly type: string;
  /** The path on the host of a bind mount. */
  readonly source: string;
  readonly options: MountOptions;
};

/** Kinds of namespaces that a container can have or join. */
export const namespaceTypes = ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'] as const;

/** A kind of namespace. */
export type NamespaceType = (typeof namespaceTypes)[number];

/** A program that the engine wants run at a point of a container's life. */
export type Hook = {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment: readonly string[];
  /** Seconds; `undefined` for no limit. */
  readonly timeout: number | undefined;
};

/** The points of a container's life at which hooks run, in their order. */
export const hookPoints = [
  'prestart',
  'createRuntime',
  'createContainer',
  'startContainer',
  'poststart',
  'poststop',
] as const;

/** A point of a container's life. */
export type HookPoint = (typeof hookPoints)[number];

/** A configuration of the OCI runtime specification (config.json), read and checked. */
export type Configuration = {
  readonly version: string;
  readonly process: ContainerProcess;
  /** Absolute path on the host. */
  readonly root: string;
  readonly readOnly: boolean;
  readonly hostname: string | undefined;
  readonly domainname: string | undefined;
  readonly mounts: readonly ContainerMount[];
  /** Namespaces by kind: a path of the host to join, or a new one for `undefined`. */
  readonly namespaces: ReadonlyMap<NamespaceType, string | undefined>;
  readonly devices: readonly DeviceNode[];
  readonly cgroupsPath: string | undefined;
  readonly resources: JsonField;
  readonly sysctl: readonly (readonly [name: string, value: string])[];
  readonly seccomp: JsonField;
  readonly maskedPaths: readonly string[];
  readonly readOnlyPaths: readonly string[];
  /** Propagation of the mounts that the container's begin as; `undefined` for the usual one. */
  readonly propagation: number | undefined;
  readonly hooks: ReadonlyMap<HookPoint, readonly Hook[]>;
  readonly annotations: readonly (readonly [name: string, value: string])[];
};

/** A configuration larger than this is not one, in bytes. */
export const LARGEST_CONFIGURATION: number = 16 * 2 ** 20;

/** A container with more mounts than this is refused before any of them is made. */
const MOST_MOUNTS = 4096;

/**
 * Reads a configuration.
 *
 * @param bundle The absolute path of its directory, from which a relative `root.path` goes.
 * @throws OciError for a mistake in it, and for a feature that this runtime does not have.
 */
export function readConfiguration(text: string, bundle: string): Configuration {
  const field = readJson(text, 'config.json');
  const linux = field.at('linux');
  if (field.at('vm').isThere || field.at('windows').isThere || field.at('solaris').isThere)
    throw new OciError('config.json is for another system than Linux');
  const path = field.at('root').at('path').text;
  const mounts = field.at('mounts').elements;
  if (mounts.length > MOST_MOUNTS) throw field.at('mounts').mistake(`at most ${MOST_MOUNTS} mounts`);
  const propagation = linux.at('rootfsPropagation').optionalText;
  if (linux.at('mountLabel').optionalText !== undefined)
    throw linux.at('mountLabel').mistake('none: labels of SELinux are not given');
  if (linux.at('intelRdt').isThere) throw linux.at('intelRdt').mistake('nothing');
  return {
    version: field.at('ociVersion').text,
    process: readProcess(field.at('process')),
    root: path.startsWith('/') ? path : `${bundle}/${path}`,
    readOnly: field.at('root').at('readonly').flag,
    hostname: field.at('hostname').optionalText,
    domainname: field.at('domainname').optionalText,
    mounts: mounts.map(readMount),
    namespaces: readNamespaces(linux),
    devices: linux.at('devices').elements.map(readDevice),
    cgroupsPath: linux.at('cgroupsPath').optionalText,
    resources: linux.at('resources'),
    sysctl: linux.at('sysctl').fields.map(([name, value]) => [name, value.text] as const),
    seccomp: linux.at('seccomp'),
    maskedPaths: linux.at('maskedPaths').elements.map(readPath),
    readOnlyPaths: linux.at('readonlyPaths').elements.map(readPath),
    propagation: propagation === undefined ? undefined : propagationOf(propagation),
    hooks: new Map(
      hookPoints.map((point) => [point, field.at('hooks').at(point).elements.map(readHook)] as const),
    ),
    annotations: field.at('annotations').fields.map(([name, value]) => [name, value.text] as const),
  };
}

/** An absolute path in the container, without `.`, `..` and repeated slashes. */
function readPath(field: JsonField): string {
  const path = field.text;
  if (!path.startsWith('/')) throw field.mistake('an absolute path');
  const steps: string[] = [];
  for (const step of path.split('/'))
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  return `/${steps.join('/')}`;
}

function readMount(field: JsonField): ContainerMount {
  const options = sortOptions(field.at('options').elements.map((each) => each.text));
  const type = field.at('type').optionalText;
  const isBind = options.bind !== 'none' || type === 'bind' || type === undefined;
  if (field.at('uidMappings').isThere || field.at('gidMappings').isThere)
    throw field.mistake('a mount without mapped ids');
  return {
    destination: readPath(field.at('destination')),
    type: isBind ? 'bind' : type,
    source: isBind ? field.at('source').text : (field.at('source').optionalText ?? type),
    options: isBind && options.bind === 'none' ? { ...options, bind: 'one' } : options,
  };
}

function readNamespaces(linux: JsonField): ReadonlyMap<NamespaceType, string | undefined> {
  const found = new Map<NamespaceType, string | undefined>();
  for (const field of linux.at('namespaces').elements) {
    const name = field.at('type').text;
    const type = namespaceTypes.find((each) => each === name);
    if (type === undefined)
      throw field
        .at('type')
        .mistake(`one of ${namespaceTypes.join(', ')}; this runtime makes no others, such as of users`);
    if (found.has(type)) throw field.mistake(`one ${type} namespace`);
    const path = field.at('path').optionalText;
    if (type === 'mount' && path !== undefined) throw field.at('path').mistake('a new mount namespace');
    found.set(type, path);
  }
  if (!found.has('mount')) throw linux.at('namespaces').mistake('a mount namespace among them');
  return found;
}

function readHook(field: JsonField): Hook {
  const path = field.at('path');
  if (!path.text.startsWith('/')) throw path.mistake('an absolute path');
  const args = field.at('args').elements.map((each) => each.text);
  const timeout = field.at('timeout').optionalCount;
  return {
    path: path.text,
    arguments: args.length === 0 ? [path.text] : args,
    environment: field.at('env').elements.map((each) => each.text),
    timeout: timeout === 0 ? undefined : timeout,
  };
}

/** The name of our launcher, as the first argument of a process. */
export const LAUNCHER = 'cloudabi-run';

/** Endings of programs that the kernel cannot execute. */
const LAUNCHED = /\.(?:wasm|ts|mts)$/;

/** Tells whether our launcher runs the program of a container: a WebAssembly module, one in TypeScript, or where it is named. */
export function isLaunched({ process }: Pick<Configuration, 'process'>): boolean {
  const [program = ''] = process.arguments;
  return program === LAUNCHER || LAUNCHED.test(program);
}
