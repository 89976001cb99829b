import { serialize } from '../argdata/encode.ts';
import { ArgdataValueError } from '../argdata/errors.ts';
import type { Argdata } from '../argdata/value.ts';
import { Command, type CommandParts } from '../resources/command.ts';
import type { HeldFiles } from '../resources/held-files.ts';
import type { HostsGrant } from '../resources/hosts.ts';
import { type Limits, smallestLimits } from '../resources/limits.ts';
import type { Mistakes } from '../resources/mistake.ts';
import type { Resource } from '../resources/resource.ts';
import type { ServiceResource } from '../resources/service-resource.ts';
import { spell } from '../resources/spelling.ts';
import type { Walls } from '../worlds/world.ts';
import { enforcementOf } from './enforcement.ts';
import { placesOf } from './grant-places.ts';
import { checkAround, checkSlotUse, widerThan } from './grant-uses.ts';
import { refuseLinks } from './links.ts';
import { NO_HOSTS } from './linux/granted-services.ts';
import { isFiles } from './linux/granted-settings.ts';
import type { PlanRequest } from './plan-kind.ts';
import type { PlannedCommand, ServedParts, Warning } from './plan-types.ts';
import { checkServedNetwork, networkIn } from './served-network.ts';
import { refuseLimits, refuseLinuxKeys, type ServedProgram, servedSubjects } from './served-refusals.ts';
import { type CheckedSlots, checkSlots, type GrantSlot } from './slots.ts';
import type { SteeringCheck } from './steering/overlaps.ts';
import { refuseSteering } from './steering/refusals.ts';

/** The description of a slot without a resource. */
const NOTHING = 'Nothing: every use is refused';

/** The parts of a plan that are the same for all programs that our kernel serves. */
type Parts = Omit<ServedParts, 'enforcement'>;

/** Makes these parts: checks every resource, collects mistakes, and throws them all at the end. */
export class ServedPlanner {
  readonly #program: ServedProgram;
  readonly #files: HeldFiles;
  readonly #check: SteeringCheck;
  readonly #mistakes: Mistakes;
  #walls: Walls = 'all';
  readonly warnings: Warning[] = [];

  constructor(
    program: ServedProgram,
    { files, check, mistakes }: Pick<PlanRequest<ServedProgram['kind']>, 'files' | 'check' | 'mistakes'>,
  ) {
    this.#files = files;
    this.#check = check;
    this.#program = program;
    this.#mistakes = mistakes;
  }

  /** @throws ConfigurationError with every mistake. */
  parts({
    content,
    shown,
    limits,
    walls,
  }: Pick<PlanRequest<ServedProgram['kind']>, 'content' | 'shown' | 'limits' | 'walls'>): Parts {
    this.#walls = walls;
    refuseLimits(this.#mistakes, this.#program, limits);
    return content instanceof Command
      ? this.#command(content.parts, shown, limits)
      : this.#tree(content, limits);
  }

  /** A program that takes its descriptors from argdata. */
  #tree(argdata: Argdata<Resource>, limits: Limits): Parts {
    const { bytes, descriptors } = this.#encode(argdata);
    const places = placesOf(argdata);
    const slots = descriptors.map((resource, descriptor) => ({
      descriptor,
      resource,
      place: places.get(resource) ?? '',
    }));
    const { grants } = this.#grants(slots);
    const network = this.#network(networkIn(slots, this.#mistakes), slots);
    // The resources of a document have a place in it.
    const spelling = grants.some(({ position }) => position === undefined) ? 'object' : 'document';
    return this.#finish({
      argdata,
      encoded: bytes,
      grants,
      command: undefined,
      network,
      libraryServices: [],
      spelling,
      limits,
    });
  }

  /** A program that expects a UNIX world: its standard streams are 0, 1 and 2, directories follow. */
  #command(parts: CommandParts, program: string, asked: Limits): Parts {
    const libraryServices = this.#commandServices(parts);
    const network = this.#commandNetwork(parts, libraryServices);
    refuseLinuxKeys(this.#mistakes, this.#program, parts, network);
    const streams = ['stdin', 'stdout', 'stderr'] as const;
    const slots: GrantSlot[] = streams.map((place, descriptor) => ({
      descriptor,
      place,
      resource: parts[place],
    }));
    const preopens = new Map<number, string>();
    for (const [name, resource] of parts.directories) {
      preopens.set(slots.length, name);
      slots.push({ descriptor: slots.length, place: `directories[${JSON.stringify(name)}]`, resource });
    }
    const { grants, checked } = this.#grants(slots);
    for (const [index, { resource, place }] of slots.entries()) {
      const found = checked[index];
      if (resource === undefined || found === undefined) continue;
      checkSlotUse(this.#mistakes, this.#files, resource, place, found);
      if (place.startsWith('directories')) checkAround(this.#mistakes, this.#files, resource, slots, place);
    }
    const command: PlannedCommand = {
      arguments: [program, ...parts.arguments],
      environment: parts.environment,
      preopens,
    };
    const limits = smallestLimits(parts.limits, asked);
    const { spelling } = parts;
    return this.#finish({
      argdata: null,
      encoded: new Uint8Array(0),
      grants,
      command,
      network: this.#network(network, slots),
      libraryServices,
      spelling,
      limits,
    });
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

  #grants(slots: readonly GrantSlot[]): CheckedSlots {
    const program = this.#program.kind;
    const found = checkSlots(slots, {
      program: this.#program,
      files: this.#files,
      mistakes: this.#mistakes,
      warnings: this.warnings,
      enforcement: (checked, resource) =>
        enforcementOf(checked, {
          kind: resource.kind,
          program,
          wider: widerThan(resource, slots, this.#files) !== undefined,
        }),
      nothing: NOTHING,
    });
    const subject = servedSubjects[program];
    refuseSteering(slots, found.checked, this.#check, this.#mistakes, subject);
    if (program === 'node') refuseLinks(slots, this.#mistakes, subject);
    return found;
  }

  /** Rules of hosts are for a program in TypeScript or JavaScript, too: Node's own functions connect for it. */
  #commandNetwork(
    { linux: { network } }: CommandParts,
    services: readonly ServiceResource[],
  ): HostsGrant | undefined {
    if (this.#program.kind !== 'node') return undefined;
    if (network?.mode === 'hosts') return network;
    // Its sockets to services are in a network of its own, in which no host is reached.
    return services.length === 0 ? undefined : NO_HOSTS;
  }

  /** Services that Node's own functions and C library ask. */
  #commandServices({ linux: { services }, spelling }: CommandParts): readonly ServiceResource[] {
    if (this.#program.kind !== 'node' || services.length === 0) return [];
    const settings = services.find(isFiles);
    if (settings !== undefined)
      this.#mistakes.add(
        `Service 'sysctl' is seen as files by Linux programs alone; grant a program in TypeScript or JavaScript a channel to it (!service)`,
        settings.position,
        'services',
      );
    if (this.#walls !== 'landlock') return services;
    this.#mistakes.add(
      `'${spell('services', spelling)}' needs namespaces: without them the program can connect to no UNIX socket, because Landlock does not tell them apart`,
      services[0]?.position,
      'services',
    );
    return [];
  }

  /** Refuses a network that nothing would hold, and warns of rules that are wide. */
  #network(network: HostsGrant | undefined, slots: readonly GrantSlot[]): HostsGrant | undefined {
    if (network === undefined) return undefined;
    checkServedNetwork(network, {
      kind: this.#program.kind,
      walls: this.#walls,
      slots,
      mistakes: this.#mistakes,
      warnings: this.warnings,
    });
    return network;
  }

  #finish(parts: Omit<Parts, 'warnings'>): Parts {
    this.#mistakes.throwIfAny();
    return { ...parts, warnings: this.warnings };
  }
}
