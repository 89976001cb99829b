import { fstatSync, readSync } from 'node:fs';
import { createMemoryFile } from '../host/files/memory-file.ts';
import type { Descriptor } from '../kernel/descriptors.ts';
import type { ServedPlan } from '../plan/plan-types.ts';
import { ModuleServiceResource } from '../resources/module-service.ts';
import { ServiceEnd } from '../resources/service-end.ts';
import { ServiceResource } from '../resources/service-resource.ts';
import { OUTSIDE } from '../services/outside.ts';
import type { Mechanism } from '../walls/confinement.ts';
import type { LaunchOptions } from './options.ts';

/**
 * The message with which a process begins, besides the descriptors it inherits. It travels in a memory file: a header
 * as JSON, then the argdata and the module as they are.
 */
export type StartFile = {
  /** The process that starts this one and whose death ends it; `undefined` where others see to that. */
  readonly parent: number | undefined;
  readonly descriptors: readonly Omit<Descriptor, 'host'>[];
  readonly command:
    | {
        readonly arguments: readonly string[];
        readonly environment: readonly (readonly [string, string])[];
        readonly preopens: readonly (readonly [number, string])[];
      }
    | undefined;
  readonly memoryLimit: number | undefined;
  /** Threads the program may have at once. */
  readonly threadLimit: number | undefined;
  /** Processes a CloudABI executable may have at once. */
  readonly processLimit: number | undefined;
  /** True when a program in TypeScript or JavaScript may start threads. */
  readonly startsThreads: boolean;
  /** True if a CloudABI executable gets namespaces of its own. */
  readonly namespaces: boolean;
  /** Path of an adapter. */
  readonly adapter: string | undefined;
  readonly accept: readonly Mechanism[];
  /**
   * The descriptors for standard streams that were granted, by the number of the stream; -1 for none. Only for programs
   * in TypeScript or JavaScript.
   */
  readonly streams: readonly number[];
  /**
   * Descriptors of processes of whose end the launcher tells, by their index: each has a file behind all descriptors
   * (listenForEnd of host/processes/process-info.ts).
   */
  readonly ends: readonly number[];
  /** True for a program in TypeScript or JavaScript in a network that leads to hosts. */
  readonly hasNetwork: boolean;
  /** True if its C library asks services. */
  readonly asksServices: boolean;
  /** The index of the descriptor that stands for it. */
  readonly network: number | undefined;
  /** The names of services, with the indexes of the descriptors that are channels to them. */
  readonly services: readonly (readonly [index: number, name: string])[];
  /** The indexes of the descriptors that control processes. */
  readonly processes: readonly number[];
  /** The indexes of the descriptors that are servers' ends of channels. */
  readonly served: readonly number[];
  /** Absolute path of the program. */
  readonly path: string;
  /** True if refusals are reported. */
  readonly trace: boolean;
  /** True if the first one ends the process. */
  readonly trap: boolean;
};

/**
 * Host descriptors of a new process, behind its standard streams. One for a program in TypeScript or JavaScript has only
 * the first, on which it is handed the others (host/sockets/handover.ts).
 */
export const Inherited = { report: 3, startFile: 4, first: 5 } as const;

/** The variable by which Node is told of authorities besides its own. */
export const EXTRA_AUTHORITIES = 'NODE_EXTRA_CA_CERTS';

/** Bytes in front of the header: its length and that of the argdata, little-endian. */
const PREFIX = 8;

/** Makes the start file's header from a plan. */
export function startOf(
  plan: ServedPlan,
  { accept = [], onRefused, trap = false, walls }: LaunchOptions,
  {
    descriptors,
    parent,
    streams,
    ends = [],
  }: Pick<StartFile, 'parent' | 'streams'> &
    Partial<Pick<StartFile, 'ends'>> & { readonly descriptors: readonly Descriptor[] },
): StartFile {
  const { command, limits, program } = plan;
  return {
    parent,
    descriptors: descriptors.map(({ host: _, ...rest }) => rest),
    command: command && {
      arguments: command.arguments,
      environment: [...command.environment],
      preopens: [...command.preopens],
    },
    memoryLimit: limits.memory,
    threadLimit: limits.threads,
    processLimit: limits.processes,
    startsThreads: plan.kind === 'node' && plan.program.threads,
    namespaces: plan.kind === 'elf' && walls !== 'landlock',
    adapter: plan.kind === 'wasm' ? plan.adapter : undefined,
    accept,
    streams,
    ends,
    hasNetwork: plan.network !== undefined,
    asksServices: plan.libraryServices.length > 0,
    network: networkIndex(plan),
    services: servicesOf(plan),
    processes: controlsOf(plan),
    served: servedIn(plan),
    path: program.path,
    trace: onRefused !== undefined || trap,
    trap,
  };
}

function networkIndex({ grants }: ServedPlan): number | undefined {
  const index = grants.findIndex(({ kind }) => kind === 'network');
  return index < 0 ? undefined : index;
}

/** Finds the channels to services among the grants of a plan. */
export function servicesOf({ grants }: ServedPlan): StartFile['services'] {
  return grants.flatMap(({ resource }, index) =>
    resource instanceof ServiceResource
      ? [[index, resource.service.name] as const]
      : resource instanceof ModuleServiceResource
        ? [[index, OUTSIDE] as const]
        : [],
  );
}

/** Finds the descriptors among the grants of a plan that are servers' ends of channels. */
export function servedIn({ grants }: ServedPlan): readonly number[] {
  return grants.flatMap(({ resource }, index) => (resource instanceof ServiceEnd ? [index] : []));
}

/** Finds the descriptors among the grants of a plan that control processes. */
export function controlsOf({ grants }: ServedPlan): readonly number[] {
  return grants.flatMap(({ kind }, index) => (kind === 'process' ? [index] : []));
}

/** Writes a start file; returns its host descriptor. */
export function writeStartFile(start: StartFile, argdata: Uint8Array, module: Uint8Array): number {
  const header = Buffer.from(JSON.stringify(start));
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(header.length, 0);
  prefix.writeUInt32LE(argdata.length, 4);
  return createMemoryFile('cloudabi-start', [prefix, header, argdata, module]);
}

/** Reads a start file, which comes from a parent of the same version. */
export function readStartFile(file: number): { start: StartFile; argdata: Uint8Array; module: Uint8Array } {
  const bytes = Buffer.allocUnsafeSlow(fstatSync(file).size);
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(file, bytes, at, bytes.length - at, at);
    if (count === 0) throw new Error('The start file ends early');
    at += count;
  }
  const argdataAt = PREFIX + bytes.readUInt32LE(0);
  const moduleAt = argdataAt + bytes.readUInt32LE(4);
  const start: StartFile = JSON.parse(bytes.toString('utf8', PREFIX, argdataAt));
  return { start, argdata: bytes.subarray(argdataAt, moduleAt), module: bytes.subarray(moduleAt) };
}
