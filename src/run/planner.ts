import { Filetype } from '../abi/generated/constants.ts';
import { serialize } from '../argdata/encode.ts';
import { ArgdataValueError } from '../argdata/errors.ts';
import type { Argdata } from '../argdata/value.ts';
import { CAPACITY } from '../kernel/descriptors.ts';
import type { CommandParts } from '../resources/command.ts';
import { FileResource } from '../resources/file.ts';
import type { Limits } from '../resources/limits.ts';
import type { Mistakes } from '../resources/mistake.ts';
import { checkPipes } from '../resources/pipe.ts';
import type { Checked, Resource } from '../resources/resource.ts';
import { namesOfRights, rightsSet } from '../resources/rights.ts';
import { quote } from '../resources/written.ts';
import { enforcementOf, processEnforcement } from './enforcement.ts';
import { placesOf } from './places.ts';
import type { Grant, Plan, PlannedCommand, PlannedProgram, Warning } from './plan-types.ts';

/** A place that gets a descriptor; without a resource, it gets one that can do nothing. */
type Slot = { readonly place: string; readonly resource: Resource | undefined };

type CheckedSlots = {
  readonly grants: readonly Grant[];
  readonly checked: readonly (Checked | undefined)[];
};

/** Makes one plan: checks every resource, collects what is wrong, and throws it all at the end. */
export class Planner {
  readonly #program: PlannedProgram;
  readonly #adapter: string | undefined;
  readonly #mistakes: Mistakes;
  readonly #warnings: Warning[] = [];

  constructor(program: PlannedProgram, adapter: string | undefined, mistakes: Mistakes) {
    this.#program = program;
    this.#adapter = adapter;
    this.#mistakes = mistakes;
    for (const { place, message, inPackage } of program.notes) {
      if (!inPackage) this.#warnings.push({ message, position: undefined, place });
    }
  }

  /** A program that takes its descriptors from argdata. */
  tree(argdata: Argdata<Resource>, limits: Limits): Plan {
    const { bytes, descriptors } = this.#encode(argdata);
    const places = placesOf(argdata);
    const slots = descriptors.map((resource) => ({ resource, place: places.get(resource) ?? '' }));
    const { grants } = this.#grants(slots);
    return this.#finish({ argdata, encoded: bytes, grants, command: undefined, limits });
  }

  /** A program that expects a UNIX world: its standard streams are 0, 1 and 2, directories follow. */
  command(parts: CommandParts, program: string, asked: Limits): Plan {
    const streams = ['stdin', 'stdout', 'stderr'] as const;
    const slots: Slot[] = streams.map((place) => ({ place, resource: parts[place] }));
    const preopens = new Map<number, string>();
    for (const [name, resource] of parts.directories) {
      preopens.set(slots.length, name);
      slots.push({ place: `directories[${JSON.stringify(name)}]`, resource });
    }
    const { grants, checked } = this.#grants(slots);
    for (const [index, { resource, place }] of slots.entries()) {
      const found = checked[index];
      if (resource !== undefined && found !== undefined) this.#checkUse(resource, place, found);
    }
    const command: PlannedCommand = {
      arguments: [program, ...parts.arguments],
      environment: parts.environment,
      preopens,
    };
    const limits = smallest(parts.limits, asked);
    return this.#finish({ argdata: null, encoded: new Uint8Array(0), grants, command, limits });
  }

  #encode(argdata: Argdata<Resource>): { readonly bytes: Uint8Array; readonly descriptors: Resource[] } {
    try {
      return serialize<Resource>(argdata);
    } catch (error) {
      if (!(error instanceof ArgdataValueError)) throw error;
      this.#mistakes.add(error.message, undefined);
      return { bytes: new Uint8Array(0), descriptors: [] };
    }
  }

  #grants(slots: readonly Slot[]): CheckedSlots {
    if (slots.length > CAPACITY) {
      const reason = `The program would get ${slots.length} descriptors, more than the ${CAPACITY} it can have`;
      this.#mistakes.add(reason, undefined);
      return { grants: [], checked: [] };
    }
    const checked = slots.map((slot) => this.#check(slot));
    checkPipes(slots, this.#mistakes);
    return {
      grants: slots.map((slot, descriptor) => toGrant(slot, descriptor, checked[descriptor])),
      checked,
    };
  }

  #check({ resource, place }: Slot): Checked | undefined {
    const warn = (message: string): void => {
      this.#warnings.push({ message, position: resource?.position, place });
    };
    return resource?.check({ program: this.#program, mistakes: this.#mistakes, place, warn });
  }

  /** What stands for a standard stream or a directory must be of use as one. */
  #checkUse(resource: Resource, place: string, { type, base }: Checked): void {
    const wrong = (message: string): void => this.#mistakes.add(message, resource.position, place);
    const { low } = rightsSet([place === 'stdin' ? 'fd_read' : 'fd_write']);
    if (place.startsWith('directories')) {
      const path = resource instanceof FileResource ? quote(resource.grant.path) : place;
      if (type !== Filetype.directory) wrong(`Cannot grant ${path} as a directory: not a directory`);
    } else if (type === Filetype.directory) {
      wrong(`A directory cannot be ${place}`);
    } else if ((base.low & low) === 0) {
      const [done, right] = place === 'stdin' ? ['read', 'read'] : ['written', 'write'];
      const hint = resource instanceof FileResource ? `; add '${right}' to its rights` : '';
      wrong(`What stands for ${place} cannot be ${done}${hint}`);
    }
  }

  #finish(parts: Pick<Plan, 'argdata' | 'encoded' | 'grants' | 'command' | 'limits'>): Plan {
    this.#mistakes.throwIfAny();
    const enforcement = processEnforcement(parts.limits, this.#program.kind);
    return freeze({
      program: this.#program,
      adapter: this.#adapter,
      ...parts,
      enforcement,
      warnings: this.#warnings,
    });
  }
}

function toGrant({ resource, place }: Slot, descriptor: number, checked: Checked | undefined): Grant {
  const shared = { descriptor, place, position: resource?.position, resource };
  if (resource === undefined || checked === undefined)
    return {
      ...shared,
      kind: 'nothing',
      type: Filetype.unknown,
      description: 'Nothing: every use is refused',
      rights: { base: [], inheriting: [] },
      enforcement: [],
    };
  return {
    ...shared,
    kind: resource.kind,
    type: checked.type,
    description: checked.description,
    rights: { base: namesOfRights(checked.base), inheriting: namesOfRights(checked.inheriting) },
    enforcement: enforcementOf(checked, resource.kind),
  };
}

function smallest(a: Limits, b: Limits): Limits {
  const memory = Math.min(a.memory ?? Infinity, b.memory ?? Infinity);
  const wallClock = Math.min(a.wallClock ?? Infinity, b.wallClock ?? Infinity);
  return {
    ...(memory === Infinity ? {} : { memory }),
    ...(wallClock === Infinity ? {} : { wallClock }),
  };
}

/** Freezes the plain objects and arrays of a plan; bytes, maps and resources are what they are. */
function freeze(plan: Plan): Plan {
  const freezeTree = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== Array.prototype) return;
    Object.freeze(value);
    Object.values(value).forEach(freezeTree);
  };
  const { grants, warnings, enforcement, limits, command, program } = plan;
  for (const part of [grants, warnings, enforcement, limits, command, program]) freezeTree(part);
  return Object.freeze(plan);
}
