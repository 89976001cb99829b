import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cachePlaces } from '../../host/files/cache-folder.ts';
import { linkTarget } from '../../host/files/path-trace.ts';
import { ownFolders } from '../../host/files/user-folders.ts';
import { statePath } from '../../overlays/state-folder.ts';
import { entryPoint } from '../entry-points.ts';
import { dependencies } from './dependencies.ts';
import type { SteeringPlace } from './place.ts';

/** Directories of the host that Node is configured by and has its libraries from (ld.so(8)). */
const HOST = ['/etc', '/usr/lib', '/usr/lib32', '/usr/lib64', '/lib', '/lib64'] as const;

/** Names of our commands. */
const COMMANDS = ['cloudabi', 'cloudabi-run'] as const;

const MODULES = 'node_modules';

/** The folder of this package. */
function packageRoot(): string {
  return realpathSync(dirname(dirname(dirname(entryPoint('node-process')))));
}

/** Directories outside of which nothing lies that `installationPlaces` lists. */
export function installationRegions(): readonly SteeringPlace[] {
  const root = packageRoot();
  return [root, ...modulesAbove(root)].map((path) => ({ path, what: 'the folder of cloudabi' }));
}

function modulesAbove(root: string): string[] {
  const found: string[] = [];
  for (let here = root; here !== '/'; here = dirname(here)) {
    const modules = join(here, MODULES);
    if (exists(modules)) found.push(modules);
  }
  return found;
}

/** Lists the places of this product: its own package and those it needs. */
export function installationPlaces(): readonly SteeringPlace[] {
  const root = packageRoot();
  const installed = dirname(root).split('/').includes(MODULES);
  // In a checkout of the sources, only what is built from them is run.
  const own = installed ? [root] : [join(root, 'dist'), join(root, 'profiles'), join(root, 'package.json')];
  return [...own.map((path) => ({ path, what: 'a part of cloudabi itself' })), ...dependencies(root)];
}

/** Everything else that decides how programs are started, but the installation. */
export function otherPlaces(): readonly SteeringPlace[] {
  const places = cachePlaces().flatMap((path) => cachePlace(path));
  for (const path of ownFolders())
    places.push({ path, what: 'the configuration of cloudabi', whenMissing: 'make' });
  places.push({ path: statePath(), what: 'changes that are kept aside' });
  const node = realpathSync(process.execPath);
  places.push({ path: dirname(node), what: 'the folder of Node' });
  places.push(...linksOf(process.execPath, 'the command by which Node is called'));
  places.push(...commandLinks());
  places.push(...HOST.filter(exists).map((path) => ({ path, what: 'which Node is loaded from' })));
  return places.map((place) => ({ ...place, path: withoutLinks(place.path) }));
}

/** A folder of the cache; where that is a link, the link and what it leads to. */
function cachePlace(path: string): SteeringPlace[] {
  const place: SteeringPlace = { path, what: 'the cache of cloudabi', whenMissing: 'make' };
  const target = linkTarget(path);
  if (target === undefined || target === '') return [place];
  return [place, { ...place, path: resolve(dirname(path), target) }];
}

/** The links by which our commands are found: beside the package, in the prefix that it is installed in, and as called. */
function commandLinks(): SteeringPlace[] {
  const root = packageRoot();
  const folders = [...modulesAbove(root).map((modules) => join(modules, '.bin'))];
  if (dirname(root).endsWith(`/lib/${MODULES}`)) folders.push(join(resolve(root, '../../..'), 'bin'));
  const paths = folders.flatMap((folder) => COMMANDS.map((name) => join(folder, name)));
  const called = process.argv[1];
  return [...paths, ...(called === undefined ? [] : [called])].flatMap((path) =>
    linksOf(path, 'by which cloudabi is called'),
  );
}

/** The symbolic links that a path leads through, the last step's only. */
function linksOf(path: string, what: string): SteeringPlace[] {
  const found: SteeringPlace[] = [];
  let here = resolve(path);
  for (let target = linkTarget(here); target !== undefined && target !== ''; target = linkTarget(here)) {
    if (found.length > 40) break;
    found.push({ path: here, what });
    here = resolve(dirname(here), readlinkSync(here));
  }
  return found;
}

/** A path whose directories are real; its last step may be a link. */
function withoutLinks(path: string): string {
  if (path === '/') return path;
  const name = basename(path);
  try {
    return join(realpathSync(dirname(path)), name);
  } catch {
    return join(withoutLinks(dirname(path)), name);
  }
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
