import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LOADER_CACHE } from '../elf/ld-cache.ts';
import {
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
} from '../linux/mounts.ts';
import { CAPABILITY_NAMES } from '../linux/name-tables.ts';
import { entryPoint } from '../plan/entry-points.ts';
import { nodeFiles } from '../plan/node/files.ts';
import { type Configuration, type ContainerMount, LAUNCHER } from './config/configuration.ts';
import type { ContainerProcess } from './config/container-process.ts';
import { GRANTS_DOCUMENT, mountsGrants } from './grants/access.ts';
import { OciError } from './oci-error.ts';
import type { WallDemands } from './process/container-wall.ts';

/** Packages of the launcher that are no part of its bundles. */
const packages = [
  'koffi',
  `@koromix/koffi-linux-${process.arch}`,
  'esbuild',
  `@esbuild/linux-${process.arch}`,
] as const;

/**
 * The variables of the launcher. Those of the configuration may be the image's, and could choose code for Node.
 *
 * @param nothing A path of an empty file that is no image's: /dev/null is the image's where nothing is mounted at /dev.
 */
function environmentWith(nothing: string): readonly string[] {
  return [
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...['OPENSSL_CONF', 'XDG_CACHE_HOME', 'XDG_STATE_HOME', 'TMPDIR'].map((name) => `${name}=${nothing}`),
  ];
}

/** The options of a mount that has none. */
const plain: ContainerMount['options'] = {
  own: { set: 0, clear: 0 },
  tree: { set: 0, clear: 0 },
  bind: 'none',
  propagation: undefined,
  parameters: [],
  copyUp: false,
};

/** The demands of the launcher: it builds the worlds of programs, and holds the program by walls of its own. */
export const launcherDemands: WallDemands = {
  network: { kind: 'host' },
  handed: 'none',
  calls: ['namespaces', 'set_id_files', 'debug'],
  granted: false,
};

/**
 * The configuration of a container in which our launcher runs the program: with the Node and the package of this host, which
 * are mounted read-only at their own places, so that nothing of the image is executed. The program gets what its document
 * grants, behind the walls of `cloudabi run`.
 *
 * @throws OciError for such a container without a document.
 */
export function withLauncher(configuration: Configuration): Configuration {
  const { process: asked, mounts } = configuration;
  const [program = '', ...words] =
    asked.arguments[0] === LAUNCHER ? asked.arguments.slice(1) : asked.arguments;
  if (program === '' || program.startsWith('-'))
    throw new OciError(`${LAUNCHER} is followed by a program in a container, and by nothing else`);
  if (!mountsGrants(configuration))
    throw new OciError(
      `${program} is run by cloudabi, which needs its grants: mount ${GRANTS_DOCUMENT}, read-only`,
    );
  if (!mounts.some(({ destination, type }) => destination === '/proc' && type === 'proc'))
    throw new OciError(`${program} is run by cloudabi, which needs a mount of type 'proc' at /proc`);
  if (words.length > 0)
    throw new OciError(`${program} takes no arguments: its values are those of ${GRANTS_DOCUMENT}`);
  const { files, node } = launcherFiles();
  const run = `${entryPoint('cloudabi-run')}.js`;
  return {
    ...configuration,
    process: {
      ...asked,
      arguments: [node, run, '--config', GRANTS_DOCUMENT, program],
      capabilities: onlyMapping(asked.capabilities),
      environment: environmentWith(ownFile('ld.so.preload')),
      noNewPrivileges: true,
    },
    mounts: [...coveredProc, ...mounts, ...files.map(([source, at]) => readOnlyBind(source, at))],
  };
}

/**
 * A whole /proc that no path leads to, since the container's own is mounted over it. A world has a /proc of its own, which the
 * kernel makes for a process whose mount namespace holds one that is covered nowhere (mount_namespaces(7)). The container's own
 * stays as it is configured: a link of an image could lead a grant to files of it that change the host's kernel.
 */
const coveredProc: readonly ContainerMount[] = [
  newMount('tmpfs', '/proc', [
    ['mode', '0555'],
    ['size', '4096'],
  ]),
  newMount('proc', '/proc/whole', []),
];

function newMount(
  type: string,
  destination: string,
  parameters: ContainerMount['options']['parameters'],
): ContainerMount {
  const set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  return { destination, type, source: type, options: { ...plain, own: { set, clear: 0 }, parameters } };
}

/** A file or directory of the host, and its place in the container. */
type Placed = readonly [source: string, at: string];

/** The package and the Node of this host, with the directories of its libraries under all of their names. */
function launcherFiles(): { readonly node: string; readonly files: readonly Placed[] } {
  const { node, mounts, links } = nodeFiles();
  const libraries = mounts.filter(({ path, at }) => path === at && path !== node).map(({ path }) => path);
  const names = [...libraries, ...links.map(([link]) => link)].filter((name) => isLibrary(name, libraries));
  const dist = packageCode();
  const { resolve } = createRequire(import.meta.url);
  const folders = packages.flatMap((name) => {
    try {
      return [dirname(resolve(`${name}/package.json`))];
    } catch {
      return [];
    }
  });
  const directories = new Set(names.flatMap((name) => aliases(dirname(name), links)));
  return {
    node,
    files: [
      ...[...directories].map((at): Placed => [realpathSync(at), at]),
      ...chosenFiles(),
      ...[node, dist, join(dist, '../package.json'), ...folders].map((path): Placed => [path, path]),
    ],
  };
}

function isLibrary(name: string, libraries: readonly string[]): boolean {
  return libraries.includes(realpathSync(name));
}

/** The names of a directory by links to one above it: a root that lacks the links has them all. */
function aliases(
  directory: string,
  links: readonly (readonly [path: string, target: string])[],
): readonly string[] {
  const others = links.flatMap(([link]) => {
    const target = realpathSync(link);
    return directory.startsWith(`${target}/`) || directory === target
      ? [link + directory.slice(target.length)]
      : [];
  });
  return [directory, ...others];
}

/**
 * Files by which an image would choose code for the launcher: libraries (ld.so(8)) and modules of the C library
 * (nsswitch.conf(5)). `npm run build` makes those that stand in their place.
 */
function chosenFiles(): readonly Placed[] {
  return [
    [ownFile('ld.so.preload'), '/etc/ld.so.preload'],
    [existsSync(LOADER_CACHE) ? LOADER_CACHE : ownFile('ld.so.preload'), LOADER_CACHE],
    [ownFile('nsswitch.conf'), '/etc/nsswitch.conf'],
  ];
}

/** A file for launchers in containers, at the same path on the host and in them. */
function ownFile(name: string): string {
  return join(packageCode(), 'oci/launcher', name);
}

/** The directory of the code of this package. */
function packageCode(): string {
  return dirname(dirname(entryPoint('cloudabi-run')));
}

function readOnlyBind(source: string, destination: string): ContainerMount {
  const set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  return {
    destination,
    type: 'bind',
    source,
    options: { ...plain, own: { set, clear: 0 }, bind: 'one' },
  };
}

/** A user namespace that maps user 0 is made by a process with CAP_SETFCAP (user_namespaces(7)); nothing else is of use. */
function onlyMapping(capabilities: ContainerProcess['capabilities']): ContainerProcess['capabilities'] {
  const only = (set: readonly number[]): readonly number[] =>
    set.filter((number) => CAPABILITY_NAMES[number] === 'CAP_SETFCAP');
  return {
    bounding: only(capabilities.bounding),
    effective: only(capabilities.effective),
    permitted: only(capabilities.permitted),
    inheritable: only(capabilities.inheritable),
    ambient: only(capabilities.ambient),
  };
}
