import { fstatSync, readSync } from 'node:fs';
import type { Mechanism } from '../gates/confinement.ts';
import { createMemoryFile } from '../host/memory-file.ts';
import type { Descriptor } from '../kernel/descriptors.ts';

/**
 * What a process is told to begin with, besides the descriptors it inherits. It travels in a memory file: a header as
 * JSON, then the argdata and the module as they are.
 */
export type StartFile = {
  /** The process that starts this one and whose death ends it. */
  readonly parent: number;
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
  /** Path of an adapter. */
  readonly adapter: string | undefined;
  readonly accept: readonly Mechanism[];
  /** The standard streams that were granted and stay; only for programs in TypeScript or JavaScript. */
  readonly streams: readonly number[];
  /** Absolute path of the program. */
  readonly path: string;
  /** Whether refusals are reported. */
  readonly trace: boolean;
};

/** Where the start file and the others are among the host descriptors of a new process, behind its standard streams. */
export const Inherited = { startFile: 3, report: 4, first: 5 } as const;

/** Bytes in front of the header: its length and that of the argdata, little-endian. */
const PREFIX = 8;

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
