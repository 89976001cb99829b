import type { Filetype } from '../abi/generated/constants.ts';
import type { Argdata } from '../argdata/value.ts';
import type { LinkNote } from '../gates/node/linked.ts';
import type { HostsGrant } from '../resources/hosts.ts';
import type { Limits } from '../resources/limits.ts';
import type { Position } from '../resources/position.ts';
import type { ProgramFile, Resource, ResourceKind } from '../resources/resource.ts';
import type { ServiceResource } from '../resources/service-resource.ts';
import type { Spelling } from '../resources/spelling.ts';
import type { PlannedLinux } from './linux/planned.ts';

export type { Limits };

/** A WebAssembly module. */
export type WasmProgram = ProgramFile & {
  readonly kind: 'wasm';
  /** The whole file, as it was when the plan was made. */
  readonly bytes: Uint8Array;
};

/** A program in TypeScript or JavaScript. */
export type NodeProgram = ProgramFile & {
  readonly kind: 'node';
  /** The script that it was linked to. */
  readonly bytes: Uint8Array;
  /** Parts that may fail once it runs, because it was linked before. */
  readonly notes: readonly LinkNote[];
  /** True if it may start threads. */
  readonly threads: boolean;
};

/** A CloudABI executable. */
export type ElfProgram = ProgramFile & {
  readonly kind: 'elf';
  /** The whole file, as it was when the plan was made. */
  readonly bytes: Uint8Array;
};

/** A Linux program, which the host's kernel reads. */
export type LinuxProgram = ProgramFile & { readonly kind: 'linux' };

/** The program of a plan. */
export type PlannedProgram = WasmProgram | NodeProgram | ElfProgram | LinuxProgram;

/** A limit and the mechanisms that enforce it. */
export type Enforcement = {
  /** The thing that the program cannot do, for people. */
  readonly limit: string;
  /** Names of the mechanisms; several are several walls. */
  readonly by: readonly string[];
};

/** One descriptor that the program gets. */
export type Grant = {
  /** Its number in the program's table. For WebAssembly also its place in `Plan.grants`. */
  readonly descriptor: number;
  /** The place in the tree, such as `listen[0]`; for a command, its purpose: `stdin`, `directories["/data"]`. */
  readonly place: string;
  readonly position: Position | undefined;
  readonly kind: ResourceKind | 'nothing';
  /** Its type, which it must still have when it is opened. */
  readonly type: Filetype;
  /** One line for people. */
  readonly description: string;
  /** Names of CloudABI rights, for the descriptor itself and for files opened through it. */
  readonly rights: { readonly base: readonly string[]; readonly inheriting: readonly string[] };
  readonly enforcement: readonly Enforcement[];
  /** The resource that is opened; `undefined` for a standard stream of a command that was not granted. */
  readonly resource: Resource | undefined;
};

/** Something that is allowed but deserves a look. */
export type Warning = {
  readonly message: string;
  readonly position: Position | undefined;
  readonly place: string;
};

/** The arguments and the environment of a program that expects a UNIX world. */
export type PlannedWords = {
  /** The name of the program comes first. */
  readonly arguments: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
};

/** The UNIX world that our kernel gives a program. Descriptors 0, 1 and 2 are its standard streams. */
export type PlannedCommand = PlannedWords & {
  /** The names of directories as the program sees them, by descriptor number from 3. */
  readonly preopens: ReadonlyMap<number, string>;
};

/** Parts that the plans of all kinds have: made, checked and frozen before anything starts. */
type PlanParts = {
  /** All that will be opened, in the order of the program's descriptor numbers. */
  readonly grants: readonly Grant[];
  readonly limits: Limits;
  /** Limits that hold for the process as a whole, with any grants. */
  readonly enforcement: readonly Enforcement[];
  readonly warnings: readonly Warning[];
  /** The user's spelling of the grants, in which remedies are told. */
  readonly spelling: Spelling;
};

/** Parts of the plans of programs that our kernel serves. */
export type ServedParts = PlanParts & {
  /** The tree the program is given; its leaves are the resources of `grants`. */
  readonly argdata: Argdata<Resource>;
  /** The tree encoded; its descriptors are indexes into `grants`. */
  readonly encoded: Uint8Array;
  /** Only for programs that expect a UNIX world. */
  readonly command: PlannedCommand | undefined;
  /** The hosts that it reaches; `undefined` for none. */
  readonly network: HostsGrant | undefined;
  /** The services that its C library asks; only for programs in TypeScript or JavaScript. */
  readonly libraryServices: readonly ServiceResource[];
};

/** The plan of a WebAssembly module. */
export type WasmPlan = ServedParts & {
  readonly kind: 'wasm';
  readonly program: WasmProgram;
  /** Absolute path of the JavaScript that starts a module which needs more than WASI. */
  readonly adapter: string | undefined;
};

/** The plan of a program in TypeScript or JavaScript. */
export type NodePlan = ServedParts & { readonly kind: 'node'; readonly program: NodeProgram };

/** The plan of a CloudABI executable. */
export type ElfPlan = ServedParts & { readonly kind: 'elf'; readonly program: ElfProgram };

/** The plan of a Linux program. */
export type LinuxPlan = PlanParts & {
  readonly kind: 'linux';
  readonly program: LinuxProgram;
  readonly command: PlannedWords;
  readonly linux: PlannedLinux;
};

/** The plans by kind of program. */
export type Plans = {
  readonly wasm: WasmPlan;
  readonly node: NodePlan;
  readonly elf: ElfPlan;
  readonly linux: LinuxPlan;
};

/** Kinds of program that can be run. */
export type ProgramKind = keyof Plans;

/**
 * A plan, of the kinds named: all that will be opened for a process and the mechanism behind each limit. It is written so that
 * a table by kind can be called with any plan.
 */
export type Plan<K extends ProgramKind = ProgramKind> = { [P in K]: Plans[P] & { readonly kind: P } }[K];

/** The plans of programs that our kernel serves. */
export type ServedPlan = WasmPlan | NodePlan | ElfPlan;
