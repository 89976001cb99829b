import type { Filetype } from '../abi/generated/constants.ts';
import type { Argdata } from '../argdata/value.ts';
import type { LinkNote } from '../gates/node/linked.ts';
import type { Limits } from '../resources/limits.ts';
import type { Position } from '../resources/position.ts';
import type { ProgramFile, Resource, ResourceKind } from '../resources/resource.ts';
import type { PlannedLinux } from './linux/planned.ts';

export type { Limits };

/** Kinds of program that can be run. */
export type ProgramKind = 'wasm' | 'linux' | 'node';

/** The program of a plan. */
export type PlannedProgram = ProgramFile & {
  readonly kind: ProgramKind;
  /**
   * The whole file, as it was when the plan was made; empty for Linux programs, which the host's kernel reads; of a
   * program in TypeScript or JavaScript, what it was linked to.
   */
  readonly bytes: Uint8Array;
  /** What may fail once it runs, because it was linked before. */
  readonly notes: readonly LinkNote[];
};

/** A limit and what enforces it. */
export type Enforcement = {
  /** What the program cannot do, for people. */
  readonly limit: string;
  /** Names of what enforces it; several are several walls. */
  readonly by: readonly string[];
};

/** One descriptor that the program gets. */
export type Grant = {
  /** Its number in the program's table. For WebAssembly also its place in `Plan.grants`. */
  readonly descriptor: number;
  /** Where in the tree, such as `listen[0]`; for a command, what it is for: `stdin`, `directories["/data"]`. */
  readonly place: string;
  readonly position: Position | undefined;
  readonly kind: ResourceKind | 'nothing';
  /** What it is, and must still be when it is opened. */
  readonly type: Filetype;
  /** One line for people. */
  readonly description: string;
  /** Names of CloudABI rights, for the descriptor itself and for what is opened through it. */
  readonly rights: { readonly base: readonly string[]; readonly inheriting: readonly string[] };
  readonly enforcement: readonly Enforcement[];
  /** What is opened; `undefined` for a standard stream of a command that was not granted. */
  readonly resource: Resource | undefined;
};

/** Something that is allowed but deserves a look. */
export type Warning = {
  readonly message: string;
  readonly position: Position | undefined;
  readonly place: string;
};

/** The UNIX world of a program that expects one. Descriptors 0, 1 and 2 are its standard streams. */
export type PlannedCommand = {
  /** The first is the name of the program. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** The names of directories as the program sees them, by descriptor number from 3. */
  readonly preopens: ReadonlyMap<number, string>;
};

/** All that will be opened for a process and what enforces each limit: made, checked and frozen before anything starts. */
export type Plan = {
  readonly program: PlannedProgram;
  /** The tree the program is given; its leaves are the resources of `grants`. */
  readonly argdata: Argdata<Resource>;
  /** The tree encoded; its descriptors are indexes into `grants`. */
  readonly encoded: Uint8Array;
  /** In the order of the program's descriptor numbers. */
  readonly grants: readonly Grant[];
  /** Only for programs that expect a UNIX world. */
  readonly command: PlannedCommand | undefined;
  /** Only for Linux programs. */
  readonly linux: PlannedLinux | undefined;
  readonly limits: Limits;
  /** Absolute path of the JavaScript that starts a module which needs more than WASI. */
  readonly adapter: string | undefined;
  /** Limits that hold for the process as a whole, whatever it was granted. */
  readonly enforcement: readonly Enforcement[];
  readonly warnings: readonly Warning[];
};
