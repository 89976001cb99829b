import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { FileStates } from '../../host/files/file-states.ts';
import { keepFile, readKeptFile } from '../../host/files/kept-file.ts';
import { isForEverybody, isOfSystem } from './ownership.ts';
import { homeOf, type PublicFile, PublicFiles } from './public-files.ts';

/*
 * Programs of a distribution have parts outside of /usr: settings in /etc, generated data in /var. Symbolic links in
 * /usr say which.
 */

/** Directories in which links are looked for. */
const ROOTS = ['/usr', '/etc/alternatives'] as const;

/** Directories without programs: documentation, sources, packages of interpreters. */
const SKIPPED: ReadonlySet<string> = new Set([
  '/usr/include',
  '/usr/share/doc',
  '/usr/share/icons',
  '/usr/share/locale',
  '/usr/share/man',
  '/usr/share/zoneinfo',
  '/usr/src',
]);
const SKIPPED_NAMES: ReadonlySet<string> = new Set(['dist-packages', 'node_modules', 'site-packages']);

/** Files that programs read without a link in /usr. Each is shown as far as every user may read it. */
const READ_DIRECTLY = [
  '/etc/chromium',
  '/etc/chromium.d',
  '/etc/debian_version',
  '/etc/dpkg',
  '/etc/ghostscript',
  '/etc/manpath.config',
  '/etc/man_db.conf',
  '/etc/mke2fs.conf',
  '/etc/nanorc',
  '/etc/php',
  '/etc/redhat-release',
  '/etc/sgml',
  '/etc/texmf',
  '/etc/xml',
  '/var/cache/dictionaries-common',
  '/var/cache/fontconfig',
  '/var/cache/man',
  '/var/lib/dictionaries-common',
  '/var/lib/gems',
  '/var/lib/texmf',
  '/var/lib/xml-core',
] as const;

/** Lists of the installed packages: public, and large. */
const PACKAGE_LISTS = ['/var/lib/dpkg', '/var/lib/pacman', '/var/lib/rpm'] as const;

/** Paths that change when a package is installed or removed, or a program is put into /usr by hand. */
const SIGNS = [
  '/etc',
  '/etc/alternatives',
  '/etc/pki/tls',
  '/etc/ssl',
  '/usr/lib',
  '/usr/local/lib',
  '/usr/local/share',
  '/usr/share',
  '/var/cache',
  '/var/lib',
  '/var/lib/dpkg/status',
  '/var/lib/pacman/local',
  '/var/lib/rpm',
] as const;

/**
 * Directories that are looked at before each start, besides the signs: secrets are put among settings, not among
 * generated data. More than this are not.
 */
const WATCHED = /^\/etc\//;
const MAX_WATCHED = 100;

/** The format of the cached file. */
const VERSION = 4;
const KEPT = `system-files-${VERSION}.json`;

/** The facts that are cached between starts. */
type Kept = {
  readonly state: string;
  /** Directories whose change is a change of the files. */
  readonly watched: readonly string[];
  readonly files: readonly PublicFile[];
};

let known: Kept | undefined;

/**
 * Finds the files outside of /usr that belong to the programs in it, without files that are secret or about users. Looking
 * through /usr takes a tenth of a second, so the result is cached until something shows a change.
 */
export function linkedFiles(): readonly PublicFile[] {
  if (known === undefined) known = readKept() ?? findAll();
  else if (!isUnchanged(known)) {
    looked = undefined;
    known = readKept() ?? findAll();
  }
  return known.files;
}

/** The state at the second look: a command has but one. */
let looked: { readonly numbering: string; readonly states: FileStates } | undefined;

function isUnchanged({ state, watched }: Kept): boolean {
  if (looked !== undefined) return looked.states.unchanged && looked.numbering === numbering();
  // These looks come first, so that no change falls between them and those of the kept state.
  const now = { numbering: numbering(), states: new FileStates([...SIGNS, ...watched]) };
  if (stateOf(watched) !== state) return false;
  looked = now;
  return true;
}

function findAll(): Kept {
  const found = new PublicFiles();
  for (const path of new Set([...READ_DIRECTLY, ...ROOTS.flatMap(homesLinkedFrom)])) found.add(path);
  const lists = PACKAGE_LISTS.filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory());
  const files = [...found.files, ...lists.map((path) => ({ path, type: 'directory' }) as const)];
  const watched = found.directories.filter((path) => WATCHED.test(path)).slice(0, MAX_WATCHED);
  const kept = { state: stateOf(watched), watched, files };
  keepFile(KEPT, JSON.stringify(kept));
  return kept;
}

/** The homes outside of /usr that links beneath a directory lead to. */
function homesLinkedFrom(root: string): readonly string[] {
  const homes = new Set<string>();
  const directories = [root];
  for (let directory = directories.pop(); directory !== undefined; directory = directories.pop())
    for (const entry of entriesOf(directory)) {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory() && !SKIPPED.has(path) && !SKIPPED_NAMES.has(entry.name)) directories.push(path);
      const home = entry.isSymbolicLink() ? homeOf(targetOf(path)) : undefined;
      if (home !== undefined && home !== '/etc/alternatives') homes.add(home);
    }
  return [...homes];
}

function targetOf(link: string): string {
  try {
    return posix.resolve(posix.dirname(link), readlinkSync(link));
  } catch {
    return '';
  }
}

function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    // One that this user cannot look into has nothing that this user's programs could use.
    return [];
  }
}

function stateOf(watched: readonly string[]): string {
  const signs = [...SIGNS, ...watched].map((path) => {
    const { ino, ctimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
    return `${ino} ${ctimeMs}`;
  });
  return [numbering(), ...signs].join();
}

/** Tells how user ids are numbered here: in another user namespace, files of the system belong to other numbers. */
function numbering(): string {
  return `${process.getuid?.()} ${mapOfUsers()}`;
}

/** Reads uid_map (user_namespaces(7)); without /proc, which a launch refuses by name later, there is none. */
function mapOfUsers(): string {
  try {
    return readFileSync('/proc/self/uid_map', 'latin1').trim().replaceAll(/\s+/g, ' ');
  } catch {
    return '';
  }
}

/**
 * Reads the cached facts that are still true; a file of the cache decides about nothing that the rules would not allow.
 */
function readKept(): Kept | undefined {
  const text = readKeptFile(KEPT);
  if (text === undefined) return undefined;
  try {
    const kept: Kept = JSON.parse(text);
    return stateOf(kept.watched) === kept.state && kept.files.every(isAllowed) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function isAllowed({ path, type }: PublicFile): boolean {
  if (PACKAGE_LISTS.some((list) => list === path)) return type === 'directory';
  const stats = homeOf(path) === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
  return (
    stats !== undefined &&
    posix.normalize(path) === path &&
    isOfSystem(stats) &&
    isForEverybody(stats) &&
    (type === 'directory' ? stats.isDirectory() : stats.isFile())
  );
}
