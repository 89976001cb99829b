import type { Guest, Imports } from '../guest.ts';
import { type Dialect, snapshot1, unstable } from './dialect.ts';
import { fileCalls } from './files.ts';
import { pathCalls } from './paths.ts';
import { pollCalls, processCalls, socketCalls } from './system.ts';

/** Both generations of WASI preview 1. */
export const dialects: readonly Dialect[] = [snapshot1, unstable];

/** Every call of WASI preview 1, in one dialect. */
export function wasiImports(guest: Guest, dialect: Dialect): Imports {
  return {
    ...processCalls(guest),
    ...fileCalls(guest, dialect),
    ...pathCalls(guest, dialect),
    ...pollCalls(guest, dialect),
    ...socketCalls(guest),
  };
}
