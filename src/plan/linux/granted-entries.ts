import { posix } from 'node:path';
import { Filetype } from '../../abi/generated/constants.ts';
import type { CommandParts } from '../../resources/command.ts';
import type { FileResource } from '../../resources/file.ts';
import { HeldFile, type HeldFiles } from '../../resources/held-files.ts';
import { type LinuxParts, pathProblem } from '../../resources/linux-parts.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import type { Position } from '../../resources/position.ts';
import { quote } from '../../resources/written.ts';
import { isCallGroup } from '../../worlds/call-groups.ts';
import type { Walls } from '../../worlds/world.ts';
import type { LinuxProgram, Warning } from '../plan-types.ts';
import { encryptProblem } from './encrypted.ts';
import type { Identity } from './identity.ts';
import { mountOfGrant } from './mounts.ts';
import type { NamedDirectory } from './name-rules.ts';
import { overlayProblem } from './overlays.ts';
import type { Withheld } from './pins.ts';
import type { LeftOut } from './planned.ts';
import type { PlannedTree } from './tree.ts';
import { writeWarnings } from './write-warnings.ts';

/** The plan that grants are put into. */
export type GrantContext = {
  readonly program: LinuxProgram;
  readonly walls: Walls;
  readonly tree: PlannedTree;
  /** Collects links that are held in their places. */
  readonly withheld: Withheld[];
  /** Collects grants that are left out. */
  readonly leftOut: LeftOut[];
  /** The user that the program becomes; `undefined` for that of the launcher. */
  readonly user: Identity | undefined;
  readonly files: HeldFiles;
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
  /** Collects the directories of which not all names are found. */
  readonly named: NamedDirectory[];
};

/** Puts the directories and files that a user grants into the world of a Linux program. */
export class GrantedEntries {
  readonly #parts: CommandParts;
  readonly #linux: LinuxParts;
  readonly #program: LinuxProgram;
  readonly #walls: Walls;
  readonly #tree: PlannedTree;
  readonly #withheld: Withheld[];
  readonly #leftOut: LeftOut[];
  readonly #user: Identity | undefined;
  readonly #files: HeldFiles;
  readonly #mistakes: Mistakes;
  readonly #warnings: Warning[];
  readonly #named: NamedDirectory[];

  constructor(parts: CommandParts, context: GrantContext) {
    this.#parts = parts;
    this.#linux = parts.linux;
    this.#program = context.program;
    this.#walls = context.walls;
    this.#tree = context.tree;
    this.#withheld = context.withheld;
    this.#leftOut = context.leftOut;
    this.#user = context.user;
    this.#files = context.files;
    this.#mistakes = context.mistakes;
    this.#warnings = context.warnings;
    this.#named = context.named;
  }

  /** Adds the grants, which cover files of the base there. */
  put(): void {
    const { directories, linux } = this.#parts;
    const grants = [
      ...[...directories].map(([name, resource]) => ['directories', name, resource] as const),
      ...[...linux.files].map(([name, resource]) => ['files', name, resource] as const),
    ];
    // A grant within another lies where the other's links lead.
    const depth = (name: string): number => name.split('/').filter((step) => step !== '').length;
    for (const [kind, name, resource] of grants.toSorted(([, a], [, b]) => depth(a) - depth(b)))
      this.#putGrant(kind, name, resource);
  }

  #putGrant(kind: 'directories' | 'files', name: string, resource: FileResource): undefined {
    const place = `${kind}[${JSON.stringify(name)}]`;
    const { position, pathPosition, rightsPosition, path } = resource;
    const wrong = (message: string, at: Position | undefined = position): undefined => {
      this.#mistakes.add(message, at, place);
    };
    if (resource.missing !== 'refuse' && !this.#isThere(kind, resource)) {
      if (resource.missing === 'make' && kind === 'directories' && this.#canBeMade(resource))
        return this.#putMade(name, resource, place);
      this.#leftOut.push({ why: place, path, position });
      return;
    }
    const problem = pathProblem(name);
    if (problem !== undefined) return wrong(`The program cannot see anything at ${quote(name)}: ${problem}`);
    const warn = (message: string): void => {
      this.#warnings.push({ message, position, place });
    };
    const found = resource.check({
      program: this.#program,
      files: this.#files,
      mistakes: this.#mistakes,
      place,
      warn,
      overlays: true,
    });
    if (found === undefined) return;
    const directory = found.type === Filetype.directory;
    const file = this.#files.find(resource.absolute);
    if (!directory && kind === 'directories' && file === undefined)
      return wrong(`Cannot grant ${quote(path)}: no such directory; make it first`, pathPosition);
    if (directory !== (kind === 'directories'))
      return wrong(
        `Cannot grant ${quote(path)} as a ${directory ? 'file' : 'directory'}: ${directory ? "it is a directory, grant it in 'directories'" : "not a directory, grant it in 'files'"}`,
        pathPosition,
      );
    const { names } = resource;
    if (names !== undefined && !directory)
      return wrong(`'without' and 'only' are for directories, and ${quote(path)} is none`, names.position);
    const at = this.#placeOf(name);
    const { spelling } = this.#parts;
    const mount = mountOfGrant(resource, found, { at, file, spelling });
    if ('problem' in mount) return wrong(mount.problem, rightsPosition);
    const nowhere = this.#tree.noPlaceFor(at, directory);
    if (nowhere !== undefined) return wrong(`The program cannot see anything at ${quote(name)}: ${nowhere}`);
    if (mount.overlay !== undefined) {
      const unfit = overlayProblem(mount, file, this.#walls, spelling);
      if (unfit !== undefined) return wrong(unfit, mount.overlay.position);
    }
    if (mount.encrypt !== undefined) {
      const unfit = encryptProblem(mount, this.#walls, spelling);
      if (unfit !== undefined) return wrong(unfit, mount.encrypt.position);
    }
    this.#tree.put({ ...mount, why: place, position });
    if (names !== undefined) this.#named.push({ at, place, names });
    if (mount.overlay !== undefined || mount.encrypt !== undefined) return;
    if (mount.access === 'read' || !(file instanceof HeldFile)) return;
    const calls = this.#linux.systemCalls.filter(isCallGroup);
    const granted = { file, written: path, walls: this.#walls, calls, user: this.#user, spelling };
    for (const message of writeWarnings(granted)) warn(message);
  }

  /** Tells whether a path leads to a directory, or to something else that is granted as a file. */
  #isThere(kind: 'directories' | 'files', { absolute }: FileResource): boolean {
    const found = this.#files.find(absolute);
    if (found instanceof HeldFile) return found.stats.isDirectory() === (kind === 'directories');
    // Other reasons are mistakes: only a path through a file is one to nothing.
    const parent = this.#files.find(posix.dirname(absolute));
    return found !== undefined && !(parent instanceof HeldFile && !parent.stats.isDirectory());
  }

  /** Tells whether there is nothing at a path, in a directory and not behind a link. */
  #canBeMade({ absolute }: FileResource): boolean {
    if (this.#files.find(absolute) !== undefined) return false;
    const parent = this.#files.find(posix.dirname(absolute));
    return (
      parent instanceof HeldFile && parent.stats.isDirectory() && parent.real === posix.dirname(absolute)
    );
  }

  /** A directory that is made before the program starts, so that the program cannot be the one that makes it. */
  #putMade(name: string, { absolute, rights, position }: FileResource, why: string): undefined {
    const at = this.#placeOf(name);
    const access = rights.presets.includes('write') ? 'write' : 'read';
    const execute = rights.presets.includes('execute');
    const mount = { kind: 'mount', at, path: absolute, type: 'directory', access, execute } as const;
    this.#tree.put({ ...mount, file: undefined, create: true, why, position });
  }

  /**
   * Finds the place of a grant: a name that leads through links is the name of their target. Links that the
   * program could replace are held in their places, or the name would lead elsewhere afterwards, also outside.
   */
  #placeOf(name: string): string {
    if (name === '/') return name;
    const links: string[] = [];
    const parent = this.#tree.find(posix.dirname(name), (link) => links.push(link));
    let at = posix.join(parent?.at ?? posix.dirname(name), posix.basename(name));
    // A link of the base itself is covered by the grant; one in a granted directory is followed.
    if (this.#tree.get(at) === undefined && this.#tree.covering(at)?.kind === 'mount')
      at = this.#tree.find(at, (link) => links.push(link))?.at ?? at;
    for (const link of links) {
      const covering = this.#tree.covering(link);
      if (covering?.kind === 'mount' && covering.access === 'write')
        this.#withheld.push({ at: link, why: undefined });
    }
    return at;
  }
}
