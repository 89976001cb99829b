import { readFileSync } from 'node:fs';

/** Facts about a process as the host tells them (proc_pid_stat(5)). */
export type ProcessFacts = {
  /** The time of its start in clock ticks since the boot: with the id, it names the process for ever. */
  readonly start: string;
  /** Clock ticks of processor time. */
  readonly ticks: number;
  /** Pages of memory. */
  readonly pages: number;
};

/** Fields, counted from the state. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;
const START = 19;
const RESIDENT = 21;

/** Reads them; `undefined` when the process has ended. */
export function processFacts(pid: number | 'self'): ProcessFacts | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const { [START]: start = '' } = fields;
    if (fields[0] === 'Z') return undefined;
    return {
      start,
      ticks: Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]),
      pages: Number(fields[RESIDENT]),
    };
  } catch {
    return undefined;
  }
}
