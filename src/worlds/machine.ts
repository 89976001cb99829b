import { readFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';

/*
 * The facts about the machine that a program is told: the limits that it has, or else the answers of system calls.
 */

/** The part of the machine that a program may use, as its plan limits it. */
export type MachineShare = {
  /** Processors; all that the launcher may use when left out. */
  readonly cpus?: number;
  /** Bytes of memory; all that the machine has when left out. */
  readonly memory?: number;
  /** True if the program uses the network namespace of the launcher, with that one's settings. */
  readonly hostNetwork: boolean;
};

/** A machine as a program sees it. */
export type Machine = {
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes of it that nothing uses yet, rounded down. */
  readonly available: number;
};

/** Steps in which free memory is told, in bytes. */
const GRAIN = 2 ** 26;

/** The time for which the amount of free memory is believed, in milliseconds. */
const BELIEVED = 1000;

let free: { readonly bytes: number; readonly at: number } | undefined;

/** Bytes of the machine's memory that nothing uses, rounded down; as of a second ago at most. */
export function freeMemory(): number {
  if (free === undefined || Date.now() - free.at >= BELIEVED)
    free = { bytes: Math.floor(freemem() / GRAIN) * GRAIN, at: Date.now() };
  return free.bytes;
}

/** Counts the whole processors that a program is told of. */
export function cpusOf({ cpus }: MachineShare): number {
  const here = availableParallelism();
  return cpus === undefined ? here : Math.max(1, Math.min(here, Math.ceil(cpus)));
}

/** The machine that a program sees. */
export function machineOf(share: MachineShare): Machine {
  const memory = Math.min(share.memory ?? Infinity, totalmem());
  return { cpus: cpusOf(share), memory, available: Math.min(memory, freeMemory()) };
}

const texts = new Map<string, string>();

/**
 * Reads a file of the host's /proc that does not change, once.
 *
 * @returns '' for facts that this host does not have or does not show.
 */
export function hostText(path: string): string {
  let text = texts.get(path);
  if (text === undefined) {
    try {
      text = readFileSync(`/proc/${path}`, 'latin1');
    } catch {
      text = '';
    }
    texts.set(path, text);
  }
  return text;
}
