import type { CallList, Pointer, Slot } from '../host/processes/call-list.ts';
import { F_DUPFD_CLOEXEC } from '../linux/fcntl.ts';
import {
  MNT_DETACH,
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
import { addApprovedCopies } from './approved-copies.ts';
import type { Clock, ClockNumbers } from './clock.ts';
import { addServedMount, type ServedMount } from './encrypted.ts';
import { entryWords } from './entry-words.ts';
import { addHiddenPlaces } from './hidden-places.ts';
import { ALL_ATTRIBUTES, bindAttributes, MountAttribute } from './mount-attributes.ts';
import { addAttributes, addClone, addFileSystem, type NewFileSystem } from './mount-steps.ts';
import { compareObject, type HostObject, pathText, statRoom } from './objects.ts';
import { addOverlay, type OverlayLayers } from './overlay.ts';
import { addCovers, addSeals, COVERS_SIZE, NEEDS } from './proc-covers.ts';
import { RootPlaces } from './root-places.ts';
import type { ApprovedCopy, HiddenPlace, ProcEntry, WorldEntry } from './world.ts';
import { WorldError } from './world-error.ts';

/* The steps that make a program's root out of the entries of its world. */

/** The most memory that the root may take, in bytes. */
const ROOT_SIZE = '64m';

/** A descriptor in whose place a file is opened again, and the access mode of open(2) for that. */
export type ReopenPlace = { readonly descriptor: number; readonly mode: number };

/** Numbers of descriptors that the first process uses itself. */
export type RootNumbers = {
  /** For a clock in /proc; `undefined` without one. */
  readonly clock: ClockNumbers | undefined;
  /** Three numbers from here on are for the layers of an overlay while it is mounted. */
  readonly layers: number;
  /** The user of file systems that are served. */
  readonly owner: Pick<ServedMount, 'user' | 'others'>;
};

type EncryptedEntry = Extract<WorldEntry, { kind: 'encrypted' }>;

/** Adds the steps. */
export class RootBuilder {
  readonly #list: CallList;
  readonly #root: Slot;
  readonly #tree: Slot;
  readonly #target: Slot;
  readonly #stat: Pointer;
  /** Mounts of entries that were made while the host's root was there. */
  readonly #cloned = new Map<WorldEntry, Slot>();
  /** The places of the root. */
  readonly places: RootPlaces;
  /** The mask of new files that the launcher has, once the root is begun. */
  readonly mask: Slot;
  #sealed = true;

  /** The clock that lets time pass in /proc, once that has been added. */
  clock: Clock | undefined;
  readonly #numbers: RootNumbers | undefined;

  /**
   * @param numbers The descriptors of the first process; none for a root that is copied.
   * @param places Those that are there already, in a copy of a root.
   */
  constructor(list: CallList, numbers?: RootNumbers, places: RootPlaces = new RootPlaces()) {
    this.#list = list;
    this.places = places;
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
    const options: NewFileSystem['options'] = [
      ['mode', '0755'],
      ['size', ROOT_SIZE],
    ];
    this.#make(words, 'tmpfs', options, MountAttribute.noSetId | MountAttribute.noDevices, this.#root);
    list.call(words, 'move_mount', [this.#root, list.text(''), AT_FDCWD, root, MOVE_MOUNT_F_EMPTY_PATH], {
      needs: NEEDS,
    });
    list.call(words, 'fchdir', [this.#root]);
  }

  /**
   * Enters a copy of a root, which is read-only: nothing can be made in it any more.
   *
   * @param namespace The number of a descriptor of its mount namespace, which is closed.
   * @param before Adds the steps for which the host's root must still be there.
   */
  enterCopy(namespace: number, before: () => void): void {
    const list = this.#list;
    const words = 'enter the root';
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
    if (this.places.ownerOf(path) === 'theirs') return;
    const words = `make a place at ${entry.at}`;
    if (entry.kind !== 'cover' && (object === undefined || object.directory))
      this.#makeDirectories(words, path);
    else this.#makeFile(words, path);
  }

  /** Makes a place that is hidden once something is mounted above it. */
  makeHiddenPlace(path: string, directory: boolean): void {
    const words = 'make a hidden place';
    if (directory) this.#makeDirectories(words, path);
    else this.#makeFile(words, path);
  }

  /** Clones the mount of an entry while the host's root is there, to be added afterwards. */
  clone(entry: WorldEntry, object: HostObject): void {
    const slot = this.#list.slot(`tree for ${entry.at}`);
    this.#cloned.set(entry, slot);
    this.#clone(entryWords(entry, object), object, bindAttributes(entry), slot);
  }

  /** The same for an overlay. */
  prepareOverlay(entry: WorldEntry, layers: OverlayLayers): void {
    const slot = this.#list.slot(`overlay for ${entry.at}`);
    this.#cloned.set(entry, slot);
    this.#addOverlay(entryWords(entry, undefined), entry, layers, slot);
  }

  /** The same for a directory whose files are served. */
  prepareServed(entry: EncryptedEntry): void {
    const slot = this.#list.slot(`served files for ${entry.at}`);
    this.#cloned.set(entry, slot);
    this.#addServed(entryWords(entry, undefined), entry, slot);
  }

  /**
   * Adds one entry.
   *
   * @param layers The directories of an overlay.
   */
  add(entry: WorldEntry, object: HostObject | undefined, layers?: OverlayLayers): void {
    const words = entryWords(entry, object);
    const list = this.#list;
    const { at } = entry;
    const path = at.slice(1);
    if (['symlink', 'directory', 'text'].includes(entry.kind) && this.places.ownerOf(path) === 'theirs') {
      throw new WorldError(`Cannot ${words}: it lies in a directory of the host`);
    }
    switch (entry.kind) {
      case 'mount': {
        if (object === undefined) throw new Error('A mount has no object');
        this.#bind(words, object, entry);
        if (entry.access === 'write') this.places.letChange(path);
        return;
      }
      case 'overlay': {
        const prepared = this.#cloned.get(entry);
        if (layers === undefined) throw new Error('An overlay has no directories');
        if (prepared === undefined) this.#addOverlay(words, entry, layers, this.#tree);
        if (at === '/') this.#replaceRoot(words);
        else this.#attach(words, at, true, 'theirs', prepared);
        this.places.letChange(path);
        return;
      }
      case 'encrypted': {
        const prepared = this.#cloned.get(entry);
        if (prepared === undefined) this.#addServed(words, entry, this.#tree);
        if (at === '/') this.#replaceRoot(words);
        else this.#attach(words, at, true, 'theirs', prepared);
        if (entry.access === 'write') this.places.letChange(path);
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
      case 'cover': {
        const flags = OPEN_TREE_CLONE | O_CLOEXEC | AT_SYMLINK_NOFOLLOW;
        const from = list.text(entry.from.slice(1));
        list.call(words, 'open_tree', [this.#root, from, flags], { result: this.#tree, needs: NEEDS });
        addAttributes(list, words, this.#tree, ALL_ATTRIBUTES, AT_EMPTY_PATH);
        this.#attach(words, at, false, 'theirs');
        return;
      }
      case 'tmpfs': {
        const options: [string, string][] = [['mode', (entry.mode ?? 0o1777).toString(8)]];
        if (entry.size !== undefined) options.push(['size', String(entry.size)]);
        if (entry.owner !== undefined)
          options.push(['uid', String(entry.owner.uid)], ['gid', String(entry.owner.gid)]);
        const execute = entry.execute ? 0 : MountAttribute.noExecute;
        this.#make(words, 'tmpfs', options, MountAttribute.noSetId | MountAttribute.noDevices | execute);
        break;
      }
      case 'terminals':
        this.#make(
          words,
          'devpts',
          [
            ['ptmxmode', '0666'],
            ['mode', '0620'],
          ],
          MountAttribute.noSetId | MountAttribute.noExecute,
        );
        break;
      case 'proc':
        this.#addProc(words, entry);
        return;
      case 'cgroup':
        // Its contents belong to a control group that is joined later (cgroup-mount.ts); the host has a place for it.
        if (this.places.ownerOf(path) === 'ours') this.#makeDirectories(words, path);
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
    addAttributes(list, words, this.#tree, MountAttribute.readOnly, AT_EMPTY_PATH);
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
    this.#clone(words, object, MountAttribute.readOnly, mount);
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

  /** Puts copies of approved files over these. Precondition: all entries are added. */
  addApproved(copies: readonly ApprovedCopy[]): void {
    addApprovedCopies(this.#list, this.#root, copies);
  }

  /** Hides places in what was added. Precondition: all entries are added, and the host's root is still there. */
  hide(places: readonly HiddenPlace[]): void {
    addHiddenPlaces(this.#list, this.#root, places);
  }

  #addProc(words: string, entry: ProcEntry): void {
    const list = this.#list;
    if (entry.show === 'processes') {
      this.#make(words, 'proc', [['subset', 'pid']], ALL_ATTRIBUTES);
      this.#attach(words, entry.at, true, 'theirs');
      return;
    }
    const attributes = entry.attributes ? ALL_ATTRIBUTES & ~MountAttribute.readOnly : ALL_ATTRIBUTES;
    this.#make(words, 'proc', [], attributes);
    const proc = list.slot('new /proc');
    list.call(words, 'fcntl', [this.#tree, F_DUPFD_CLOEXEC, 0], { result: proc });
    this.#attach(words, entry.at, true, 'theirs');
    list.call(words, 'fchdir', [proc]);
    if (entry.show === 'everything') addSeals(list, words, proc);
    else {
      const options: NewFileSystem['options'] = [
        ['mode', '0755'],
        ['size', COVERS_SIZE],
      ];
      this.#make(words, 'tmpfs', options, ALL_ATTRIBUTES & ~MountAttribute.readOnly);
      const numbers = this.#numbers?.clock;
      if (numbers === undefined) throw new Error('A /proc of the base system has no numbers for its clock');
      this.clock = addCovers(
        list,
        { words, covers: this.#tree, numbers, places: entry.places ?? [] },
        entry.share,
      );
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
    if (this.#sealed) addAttributes(list, words, this.#root, ALL_ATTRIBUTES, AT_EMPTY_PATH);
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

  #make(
    words: string,
    type: NewFileSystem['type'],
    options: NewFileSystem['options'],
    attributes: number,
    into: Slot = this.#tree,
  ): void {
    addFileSystem(this.#list, words, { type, options, attributes, into, scratch: this.#target });
  }

  #clone(words: string, object: HostObject, attributes: number, into: Slot): void {
    addClone(this.#list, words, object, { attributes, into, room: this.#stat });
  }

  #addOverlay(words: string, entry: WorldEntry, layers: OverlayLayers, into: Slot): void {
    if (this.#numbers === undefined) throw new Error('An overlay has no numbers for its directories');
    addOverlay(this.#list, words, layers, {
      attributes: bindAttributes(entry),
      into,
      scratch: this.#target,
      room: this.#stat,
      numbers: this.#numbers.layers,
    });
  }

  #addServed(words: string, entry: EncryptedEntry, into: Slot): void {
    if (this.#numbers === undefined) throw new Error('An encrypted directory has no number for its device');
    addServedMount(this.#list, words, {
      ...this.#numbers.owner,
      attributes: bindAttributes(entry),
      into,
      scratch: this.#target,
      number: this.#numbers.layers,
      out: entry.out,
    });
  }

  #bind(words: string, object: HostObject, entry: WorldEntry): void {
    const cloned = this.#cloned.get(entry);
    if (cloned === undefined) this.#clone(words, object, bindAttributes(entry), this.#tree);
    if (entry.at === '/') this.#replaceRoot(words);
    else this.#attach(words, entry.at, object.directory, 'theirs', cloned);
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
    this.places.replaceRoot();
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
    if (this.places.ownerOf(path) === 'theirs') {
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
    this.places.mount(path, owner);
  }

  /** Mounts a path on itself. */
  #pin(words: string, path: string, readOnly: boolean): void {
    const list = this.#list;
    if (this.places.ownerOf(path) === 'ours') this.#makeDirectories(words, path);
    this.#openTarget(words, path);
    const empty = list.text('');
    const clone = OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE;
    list.call(words, 'open_tree', [this.#target, empty, clone], { result: this.#tree, needs: NEEDS });
    if (readOnly)
      addAttributes(list, words, this.#tree, MountAttribute.readOnly, AT_EMPTY_PATH | AT_RECURSIVE);
    const flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
    list.call(words, 'move_mount', [this.#tree, empty, this.#target, empty, flags], { needs: NEEDS });
    list.call(words, 'close', [this.#target]);
    list.call(words, 'close', [this.#tree]);
    this.places.pin(path, readOnly);
  }

  /**
   * Opens a path into `#target`. Symbolic links of the host must not lead out of the new root, and links that a program
   * may have put there are not followed.
   */
  #openTarget(words: string, path: string): void {
    const list = this.#list;
    const writable = this.places.isWritable(path);
    const how = Buffer.alloc(24);
    how.writeBigUInt64LE(BigInt(O_PATH | O_CLOEXEC | (writable ? O_NOFOLLOW : 0)), 0);
    how.writeBigUInt64LE(BigInt(RESOLVE_IN_ROOT | (writable ? RESOLVE_NO_SYMLINKS : 0)), 16);
    const room = list.data('how', [how]);
    list.call(words, 'openat2', [this.#root, list.text(path), room, how.length], { result: this.#target });
  }

  #makeParents(words: string, path: string): void {
    const slash = path.lastIndexOf('/');
    if (slash > 0) this.#makeDirectories(words, path.slice(0, slash));
  }

  #makeDirectories(words: string, path: string): void {
    if (this.places.has(path)) return;
    this.#makeParents(words, path);
    this.places.make(path);
    this.#list.call(words, 'mkdirat', [this.#root, this.#list.text(path), 0o755]);
  }

  #makeFile(words: string, path: string): void {
    if (this.places.has(path)) return;
    this.#makeParents(words, path);
    this.places.make(path);
    this.#list.call(words, 'mknodat', [this.#root, this.#list.text(path), S_IFREG | 0o444, 0]);
  }

  #write(words: string, path: string, content: string | Uint8Array): void {
    const list = this.#list;
    this.#makeParents(words, path);
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const flags = O_CREAT | O_WRONLY | O_CLOEXEC;
    list.call(words, 'openat', [this.#root, list.text(path), flags, 0o444], { result: this.#target });
    list.call(words, 'write', [this.#target, list.data(`content of ${path}`, [bytes]), bytes.length]);
    list.call(words, 'close', [this.#target]);
  }
}
