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
import { mountOfGrant } from './mounts.ts';
import type { Withheld } from './pins.ts';
import type { PlannedTree } from './tree.ts';
import { writeWarnings } from './write-warnings.ts';

/** The plan that grants are put into. */
export type GrantContext = {
  readonly program: LinuxProgram;
  readonly walls: Walls;
  readonly tree: PlannedTree;
  /** Collects links that are held in their places. */
  readonly withheld: Withheld[];
  readonly files: HeldFiles;
  readonly mistakes: Mistakes;
  readonly warnings: Warning[];
};

/** Puts the directories and files that a user grants into the world of a Linux program. */
export class GrantedEntries {
  readonly #parts: CommandParts;
  readonly #linux: LinuxParts;
  readonly #program: LinuxProgram;
  readonly #walls: Walls;
  readonly #tree: PlannedTree;
  readonly #withheld: Withheld[];
  readonly #files: HeldFiles;
  readonly #mistakes: Mistakes;
  readonly #warnings: Warning[];

  constructor(parts: CommandParts, context: GrantContext) {
    this.#parts = parts;
    this.#linux = parts.linux;
    this.#program = context.program;
    this.#walls = context.walls;
    this.#tree = context.tree;
    this.#withheld = context.withheld;
    this.#files = context.files;
    this.#mistakes = context.mistakes;
    this.#warnings = context.warnings;
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
    const at = this.#placeOf(name);
    const { spelling } = this.#parts;
    const mount = mountOfGrant(resource, found, { at, file, spelling });
    if ('problem' in mount) return wrong(mount.problem, rightsPosition);
    const nowhere = this.#tree.noPlaceFor(at, directory);
    if (nowhere !== undefined) return wrong(`The program cannot see anything at ${quote(name)}: ${nowhere}`);
    this.#tree.put({ ...mount, why: place, position });
    if (mount.access === 'read' || !(file instanceof HeldFile)) return;
    const calls = this.#linux.systemCalls.filter(isCallGroup);
    const granted = { file, written: path, walls: this.#walls, calls, spelling };
    for (const message of writeWarnings(granted)) warn(message);
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
