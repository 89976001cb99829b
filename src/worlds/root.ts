import type { CallList, Pointer, Slot } from '../host/processes/call-list.ts';
import { F_DUPFD_CLOEXEC } from '../linux/fcntl.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSCONFIG_SET_STRING,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MNT_DETACH,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MOVE_MOUNT_T_EMPTY_PATH,
  MS_PRIVATE,
  MS_REC,
  OPEN_TREE_CLONE,
} from '../linux/mounts.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  AT_SYMLINK_NOFOLLOW,
  O_CLOEXEC,
  O_CREAT,
  O_NOFOLLOW,
  O_PATH,
  O_WRONLY,
  RESOLVE_IN_ROOT,
  RESOLVE_NO_SYMLINKS,
} from '../linux/open-flags.ts';
import { CLONE_NEWNS } from '../linux/processes.ts';
import { S_IFREG } from '../linux/stat.ts';
import type { Clock, ClockNumbers } from './clock.ts';
import { compareObject, type HostObject, pathText, statRoom } from './objects.ts';
import { addCovers, addSeals, COVERS_SIZE, NEEDS } from './proc-covers.ts';
import type { ProcEntry, WorldEntry } from './world.ts';
import { WorldError } from './world-error.ts';

/* The steps that make a program's root out of the entries of its world. */

/** Attributes of mounts (mount_setattr(2)). */
const Attribute = {
  readOnly: MOUNT_ATTR_RDONLY,
  noSetId: MOUNT_ATTR_NOSUID,
  noDevices: MOUNT_ATTR_NODEV,
  noExecute: MOUNT_ATTR_NOEXEC,
} as const;
const ALL_ATTRIBUTES = Attribute.readOnly | Attribute.noSetId | Attribute.noDevices | Attribute.noExecute;

/** The most memory that the root may take, in bytes. */
const ROOT_SIZE = '64m';

/** A mechanism that containers often lack: the host gives out no `/proc` where parts of the one there are hidden. */
export const PROC = 'a /proc of its own';

/** Names an entry in messages. */
export function entryWords(entry: WorldEntry, object: HostObject | undefined): string {
  switch (entry.kind) {
    case 'mount':
      return `mount ${object === undefined ? `descriptor ${entry.descriptor}` : pathText(object)} at ${entry.at}`;
    case 'symlink':
      return `make the symbolic link ${entry.at} to ${entry.target}`;
    case 'directory':
      return `make the directory ${entry.at}`;
    case 'tmpfs':
      return `mount a directory in memory at ${entry.at}`;
    case 'text':
      return `write ${entry.at}`;
    case 'device':
      return `mount the device ${entry.device} at ${entry.at}`;
    case 'console':
      return `mount its terminal at ${entry.at}`;
    case 'terminals':
      return `mount terminals at ${entry.at}`;
    case 'pin':
      return `hold ${entry.at} in its place`;
    case 'proc':
      return `mount processes at ${entry.at}`;
    case 'cgroup':
      return `make the directory ${entry.at}`;
  }
}

/** The attributes of the mount of something of the host's. */
function bindAttributes(entry: WorldEntry): number {
  const { noSetId, noDevices, noExecute, readOnly } = Attribute;
  switch (entry.kind) {
    case 'mount':
      return (
        noSetId |
        (entry.device ? 0 : noDevices) |
        (entry.execute ? 0 : noExecute) |
        // Data of a device goes through a read-only mount all the same: Landlock holds that. Its attributes do not.
        (entry.access === 'read' || entry.device ? readOnly : 0)
      );
    case 'device':
      // So here. A terminal is the program's own.
      return noSetId | noExecute | readOnly;
    default:
      return noSetId | noExecute;
  }
}

/** A descriptor in whose place a file is opened again, and the access mode of open(2) for that. */
export type ReopenPlace = { readonly descriptor: number; readonly mode: number };

/** Adds the steps. */
export class RootBuilder {
  #list: CallList;
  #root: Slot;
  #tree: Slot;
  #target: Slot;
  #stat: Pointer;
  /** Mounts of entries that were made while the host's root was there. */
  readonly #cloned = new Map<WorldEntry, Slot>();
  /** Paths in the root that exist in memory of ours, where more can be made. */
  readonly #made = new Set<string>(['']);
  /** Paths of mounts, and whether we may make things beneath them, which in the host's directories we must not. */
  readonly #mounts = new Map<string, 'ours' | 'theirs'>();
  /** Paths of mounts that the program can change: no symbolic link in them is followed, which it may have put there. */
  readonly #writable = new Set<string>();
  /** The mask of new files that the launcher has, once the root is begun. */
  mask: Slot;
  #sealed = true;

  /** The clock that lets time pass in /proc, once that has been added. */
  clock: Clock | undefined;
  readonly #numbers: ClockNumbers | undefined;

  /** @param numbers The descriptors in which the first process keeps what it needs for a clock in /proc. */
  constructor(list: CallList, numbers?: ClockNumbers) {
    this.#list = list;
    this.#numbers = numbers;
    this.#root = list.slot('root');
    this.mask = list.slot('mask of new files');
    this.#tree = list.slot('tree');
    this.#target = list.slot('target');
    this.#stat = statRoom(list);
  }

  /** Lets nothing that is mounted from now on be seen outside. */
  keepApart(): void {
    const list = this.#list;
    const args = [0, list.text('/'), 0, MS_REC | MS_PRIVATE, 0];
    list.call('keep mounts from spreading', 'mount', args, { needs: NEEDS });
  }

  /** An empty root on top of the host's, which is still where absolute paths lead. */
  begin(): void {
    const list = this.#list;
    const words = 'make the root';
    const root = list.text('/');
    list.call('set the mask of new files', 'umask', [0o022], { result: this.mask });
    const options = [
      ['mode', '0755'],
      ['size', ROOT_SIZE],
    ];
    this.#fileSystem(words, 'tmpfs', options, Attribute.noSetId | Attribute.noDevices, this.#root);
    list.call(words, 'move_mount', [this.#root, list.text(''), AT_FDCWD, root, MOVE_MOUNT_F_EMPTY_PATH], {
      needs: NEEDS,
    });
    list.call(words, 'fchdir', [this.#root]);
  }

  /**
   * Goes on in another list, whose process has entered a copy of the root as it is now. The root itself is read-only:
   * nothing can be made in it any more.
   *
   * @param namespace The number of a descriptor of its mount namespace, which is closed.
   * @param before Adds the steps for which the host's root must still be there.
   */
  enterCopy(list: CallList, namespace: number, before: () => void): void {
    const words = 'enter the root';
    this.#list = list;
    this.#root = list.slot('root');
    this.mask = list.slot('mask of new files');
    this.#tree = list.slot('tree');
    this.#target = list.slot('target');
    this.#stat = statRoom(list);
    this.#sealed = false;
    before();
    list.call('set the mask of new files', 'umask', [0o022], { result: this.mask });
    list.call(words, 'setns', [namespace, CLONE_NEWNS], { needs: NEEDS });
    list.call(words, 'close', [namespace]);
    list.call('make a mount namespace', 'unshare', [CLONE_NEWNS], { needs: NEEDS });
    const flags = O_PATH | O_CLOEXEC;
    list.call(words, 'openat', [AT_FDCWD, list.text('/'), flags, 0], { result: this.#root });
    list.call(words, 'fchdir', [this.#root]);
  }

  /** Makes the place where an entry will be mounted, if it lies in the memory of the root. */
  makePlace(entry: WorldEntry, object: HostObject | undefined): void {
    const path = entry.at.slice(1);
    if (this.#ownerOf(path) === 'theirs') return;
    const words = `make a place at ${entry.at}`;
    if (object === undefined || object.directory) this.#makeDirectories(words, path);
    else this.#makeFile(words, path);
  }

  /** Makes a place that is hidden once something is mounted above it. */
  makeHiddenPlace(path: string, directory: boolean): void {
    const words = 'make a hidden place';
    if (directory) this.#makeDirectories(words, path);
    else this.#makeFile(words, path);
  }

  /** Clones what an entry mounts while the host's root is there, to be added afterwards. */
  clone(entry: WorldEntry, object: HostObject): void {
    const slot = this.#list.slot(`tree for ${entry.at}`);
    this.#cloned.set(entry, slot);
    this.#cloneTree(entryWords(entry, object), object, bindAttributes(entry), slot);
  }

  /** Adds one entry. */
  add(entry: WorldEntry, object: HostObject | undefined): void {
    const words = entryWords(entry, object);
    const list = this.#list;
    const { at } = entry;
    const path = at.slice(1);
    if (['symlink', 'directory', 'text'].includes(entry.kind) && this.#ownerOf(path) === 'theirs') {
      throw new WorldError(`Cannot ${words}: it lies in a directory of the host`);
    }
    switch (entry.kind) {
      case 'mount': {
        if (object === undefined) throw new Error('A mount has no object');
        this.#bind(words, object, entry);
        if (entry.access === 'write') this.#writable.add(path);
        return;
      }
      case 'pin':
        this.#pin(words, path, entry.readOnly);
        return;
      case 'device':
      case 'console':
        if (object === undefined) throw new Error('A device has no object');
        this.#bind(words, object, entry);
        return;
      case 'symlink':
        this.#makeParents(words, path);
        list.call(words, 'symlinkat', [list.text(entry.target), this.#root, list.text(path)]);
        return;
      case 'directory':
        this.#makeDirectories(words, path);
        return;
      case 'text':
        this.#write(words, path, entry.content);
        return;
      case 'tmpfs': {
        const options = [['mode', (entry.mode ?? 0o1777).toString(8)]];
        if (entry.size !== undefined) options.push(['size', String(entry.size)]);
        const execute = entry.execute ? 0 : Attribute.noExecute;
        this.#fileSystem(words, 'tmpfs', options, Attribute.noSetId | Attribute.noDevices | execute);
        break;
      }
      case 'terminals':
        this.#fileSystem(
          words,
          'devpts',
          [
            ['ptmxmode', '0666'],
            ['mode', '0620'],
          ],
          Attribute.noSetId | Attribute.noExecute,
        );
        break;
      case 'proc':
        this.#addProc(words, entry);
        return;
      case 'cgroup':
        // Its contents belong to a control group that is joined later (cgroup-mount.ts); the host has a place for it.
        if (this.#ownerOf(path) === 'ours') this.#makeDirectories(words, path);
        return;
    }
    this.#attach(words, at, true, entry.kind === 'tmpfs' ? 'ours' : 'theirs');
  }

  /**
   * Opens a file again through a read-only mount of it, in the place of each of these descriptors of it. The mount is
   * left on the file in the root that is left: to close one that is nowhere, the kernel waits for every processor.
   *
   * Precondition: all entries are added, which would find the file beneath this mount.
   */
  reopen(object: HostObject, places: readonly ReopenPlace[]): void {
    const list = this.#list;
    const words = `open ${pathText(object)} again`;
    const path = list.text(object.path);
    const flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_SYMLINK_NOFOLLOW;
    list.call(words, 'open_tree', [AT_FDCWD, path, flags], { result: this.#tree, needs: NEEDS });
    compareObject(list, words, this.#tree, object, this.#stat);
    this.#setAttributes(words, this.#tree, Attribute.readOnly, AT_EMPTY_PATH);
    const empty = list.text('');
    list.call(words, 'move_mount', [this.#tree, empty, AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH], {
      needs: NEEDS,
    });
    const [{ descriptor: first } = { descriptor: 0 }] = places;
    // The mount needs a number that is known now, to be found in /proc; that place gets its own file last.
    this.#replace(words, this.#tree, first);
    const again = list.text(`/proc/self/fd/${first}`);
    for (const { descriptor, mode } of places.toReversed()) {
      list.call(words, 'openat', [AT_FDCWD, again, O_CLOEXEC | mode, 0], { result: this.#target });
      this.#replace(words, this.#target, descriptor);
    }
  }

  /**
   * The same where the host's root is left for a copy of another.
   *
   * @param at A file in a hidden place.
   * @returns Adds the steps that are taken there.
   */
  reopenInCopy(object: HostObject, places: readonly ReopenPlace[], at: string): () => void {
    const list = this.#list;
    const words = `open ${pathText(object)} again`;
    const mount = list.slot(`tree for ${at}`);
    this.#cloneTree(words, object, Attribute.readOnly, mount);
    const empty = list.text('');
    const path = list.text(at);
    return () => {
      list.call(words, 'move_mount', [mount, empty, AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH], {
        needs: NEEDS,
      });
      list.call(words, 'close', [mount]);
      for (const { descriptor, mode } of places) {
        list.call(words, 'openat', [AT_FDCWD, path, O_CLOEXEC | mode, 0], { result: this.#target });
        this.#replace(words, this.#target, descriptor);
      }
    };
  }

  #addProc(words: string, entry: ProcEntry): void {
    const list = this.#list;
    if (entry.show === 'processes') {
      this.#fileSystem(words, 'proc', [['subset', 'pid']], ALL_ATTRIBUTES);
      this.#attach(words, entry.at, true, 'theirs');
      return;
    }
    const attributes = entry.attributes ? ALL_ATTRIBUTES & ~Attribute.readOnly : ALL_ATTRIBUTES;
    this.#fileSystem(words, 'proc', [], attributes);
    const proc = list.slot('new /proc');
    list.call(words, 'fcntl', [this.#tree, F_DUPFD_CLOEXEC, 0], { result: proc });
    this.#attach(words, entry.at, true, 'theirs');
    list.call(words, 'fchdir', [proc]);
    if (entry.show === 'everything') addSeals(list, words, proc);
    else {
      const options = [
        ['mode', '0755'],
        ['size', COVERS_SIZE],
      ];
      this.#fileSystem(words, 'tmpfs', options, ALL_ATTRIBUTES & ~Attribute.readOnly);
      if (this.#numbers === undefined)
        throw new Error('A /proc of the base system has no numbers for its clock');
      this.clock = addCovers(list, { words, covers: this.#tree, numbers: this.#numbers }, entry.share);
    }
    list.call(words, 'close', [proc]);
    list.call(words, 'fchdir', [this.#root]);
  }

  #replace(words: string, by: Slot, descriptor: number): void {
    this.#list.call(words, 'dup3', [by, descriptor, O_CLOEXEC]);
    this.#list.call(words, 'close', [by]);
  }

  /** Seals the root and makes it the only one there is. */
  end(): void {
    const list = this.#list;
    const words = 'enter the root';
    if (this.#sealed) this.#setAttributes(words, this.#root, ALL_ATTRIBUTES, AT_EMPTY_PATH);
    const here = list.text('.');
    list.call(words, 'pivot_root', [here, here], { needs: NEEDS });
    list.call('leave the host’s root', 'umount2', [here, MNT_DETACH], { needs: NEEDS });
    list.call(words, 'chdir', [list.text('/')]);
    list.call(words, 'close', [this.#root]);
  }

  /** The same in a copy of a root, which is the only one there is. */
  endInCopy(): void {
    const list = this.#list;
    list.call('enter the root', 'close', [this.#root]);
    list.call('enter the root', 'chdir', [list.text('/')]);
  }

  /** Makes a file system; its mount is in a slot then. */
  #fileSystem(
    words: string,
    type: string,
    options: readonly (readonly string[])[],
    attributes: number,
    into: Slot = this.#tree,
  ): void {
    const list = this.#list;
    const outcome = { needs: type === 'proc' ? PROC : NEEDS };
    list.call(words, 'fsopen', [list.text(type), FSOPEN_CLOEXEC], { ...outcome, result: this.#target });
    for (const [key = '', value = ''] of options) {
      list.call(
        words,
        'fsconfig',
        [this.#target, FSCONFIG_SET_STRING, list.text(key), list.text(value), 0],
        outcome,
      );
    }
    list.call(words, 'fsconfig', [this.#target, FSCONFIG_CMD_CREATE, 0, 0, 0], outcome);
    list.call(words, 'fsmount', [this.#target, FSMOUNT_CLOEXEC, attributes], { ...outcome, result: into });
    list.call(words, 'close', [this.#target]);
  }

  #bind(words: string, object: HostObject, entry: WorldEntry): void {
    const cloned = this.#cloned.get(entry);
    if (cloned === undefined) this.#cloneTree(words, object, bindAttributes(entry), this.#tree);
    if (entry.at === '/') this.#replaceRoot(words);
    else this.#attach(words, entry.at, object.directory, 'theirs', cloned);
  }

  #cloneTree(words: string, object: HostObject, attributes: number, into: Slot): void {
    const list = this.#list;
    const flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW;
    list.call(words, 'open_tree', [AT_FDCWD, list.text(object.path), flags], { result: into, needs: NEEDS });
    compareObject(list, words, into, object, this.#stat);
    this.#setAttributes(words, into, attributes, AT_EMPTY_PATH | AT_RECURSIVE);
  }

  #setAttributes(words: string, mount: Slot, attributes: number, flags: number): void {
    const list = this.#list;
    const attribute = Buffer.alloc(32);
    attribute.writeBigUInt64LE(BigInt(attributes), 0);
    attribute.writeBigUInt64LE(BigInt(MS_PRIVATE), 16);
    const room = list.data(`attributes ${attributes}`, [attribute]);
    list.call(words, 'mount_setattr', [mount, list.text(''), flags, room, attribute.length], {
      needs: NEEDS,
    });
  }

  /** Makes the mount in `#tree` the root. */
  #replaceRoot(words: string): void {
    const list = this.#list;
    const empty = list.text('');
    const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    list.call(words, 'move_mount', [this.#tree, empty, this.#root, empty, flags]);
    list.call(words, 'close', [this.#root]);
    list.call(words, 'fcntl', [this.#tree, F_DUPFD_CLOEXEC, 0], { result: this.#root });
    list.call(words, 'close', [this.#tree]);
    list.call(words, 'fchdir', [this.#root]);
    this.#made.clear();
    this.#mounts.clear();
    this.#writable.clear();
    this.#mounts.set('', 'theirs');
    this.#sealed = false;
  }

  /** Puts a mount where the program is to see it. */
  #attach(
    words: string,
    at: string,
    directory: boolean,
    owner: 'ours' | 'theirs',
    mount: Slot = this.#tree,
  ): void {
    const list = this.#list;
    const path = at.slice(1);
    const empty = list.text('');
    if (this.#ownerOf(path) === 'theirs') {
      this.#openTarget(words, path);
      const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
      list.call(words, 'move_mount', [mount, empty, this.#target, empty, flags]);
      list.call(words, 'close', [this.#target]);
    } else {
      if (directory) this.#makeDirectories(words, path);
      else this.#makeFile(words, path);
      list.call(words, 'move_mount', [mount, empty, this.#root, list.text(path), MOVE_MOUNT_F_EMPTY_PATH]);
    }
    list.call(words, 'close', [mount]);
    this.#mounts.set(path, owner);
    // Things made beneath are covered now.
    for (const made of this.#made) if (made.startsWith(`${path}/`)) this.#made.delete(made);
  }

  /** Mounts what is at a path on itself. */
  #pin(words: string, path: string, readOnly: boolean): void {
    const list = this.#list;
    const owner = this.#ownerOf(path);
    if (owner === 'ours') this.#makeDirectories(words, path);
    this.#openTarget(words, path);
    const empty = list.text('');
    const clone = OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE;
    list.call(words, 'open_tree', [this.#target, empty, clone], { result: this.#tree, needs: NEEDS });
    if (readOnly) this.#setAttributes(words, this.#tree, Attribute.readOnly, AT_EMPTY_PATH | AT_RECURSIVE);
    const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    list.call(words, 'move_mount', [this.#tree, empty, this.#target, empty, flags], { needs: NEEDS });
    list.call(words, 'close', [this.#target]);
    list.call(words, 'close', [this.#tree]);
    const writable = this.#isWritable(path);
    this.#mounts.set(path, owner);
    if (writable && !readOnly) this.#writable.add(path);
  }

  /**
   * Opens a path into `#target`. Symbolic links of the host must not lead out of the new root, and links that a program
   * may have put there are not followed.
   */
  #openTarget(words: string, path: string): void {
    const list = this.#list;
    const writable = this.#isWritable(path);
    const how = Buffer.alloc(24);
    how.writeBigUInt64LE(BigInt(O_PATH | O_CLOEXEC | (writable ? O_NOFOLLOW : 0)), 0);
    how.writeBigUInt64LE(BigInt(RESOLVE_IN_ROOT | (writable ? RESOLVE_NO_SYMLINKS : 0)), 16);
    const room = list.data('how', [how]);
    list.call(words, 'openat2', [this.#root, list.text(path), room, how.length], { result: this.#target });
  }

  /** Tells whether a path lies in a mount that the program can change. */
  #isWritable(path: string): boolean {
    const mount = this.#mountAbove(path);
    return mount !== undefined && this.#writable.has(mount);
  }

  #ownerOf(path: string): 'ours' | 'theirs' {
    const mount = this.#mountAbove(path);
    return (mount === undefined ? undefined : this.#mounts.get(mount)) ?? 'ours';
  }

  /** The path of the mount that a path lies in, or is; `undefined` for the root that we have made. */
  #mountAbove(path: string): string | undefined {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const mount = path.slice(0, end);
      if (this.#mounts.has(mount)) return mount;
    }
    return this.#mounts.has('') ? '' : undefined;
  }

  #makeParents(words: string, path: string): void {
    const slash = path.lastIndexOf('/');
    if (slash > 0) this.#makeDirectories(words, path.slice(0, slash));
  }

  #makeDirectories(words: string, path: string): void {
    if (this.#made.has(path) || this.#mounts.has(path)) return;
    this.#makeParents(words, path);
    this.#made.add(path);
    this.#list.call(words, 'mkdirat', [this.#root, this.#list.text(path), 0o755]);
  }

  #makeFile(words: string, path: string): void {
    if (this.#made.has(path)) return;
    this.#makeParents(words, path);
    this.#made.add(path);
    this.#list.call(words, 'mknodat', [this.#root, this.#list.text(path), S_IFREG | 0o444, 0]);
  }

  #write(words: string, path: string, content: string): void {
    const list = this.#list;
    this.#makeParents(words, path);
    const bytes = Buffer.from(content);
    const flags = O_CREAT | O_WRONLY | O_CLOEXEC;
    list.call(words, 'openat', [this.#root, list.text(path), flags, 0o444], { result: this.#target });
    list.call(words, 'write', [this.#target, list.data(`content of ${path}`, [bytes]), bytes.length]);
    list.call(words, 'close', [this.#target]);
  }
}
