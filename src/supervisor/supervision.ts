import { readFileSync } from 'node:fs';
import { close } from '../host/files/files.ts';
import { createSealedFile } from '../host/files/memory-file.ts';
import { makeSocketPair } from '../host/files/new-descriptors.ts';
import type { LiveRules } from '../policy/live.ts';
import { printLiveRules } from '../policy/print-rule.ts';
import type { Rule } from '../policy/rule.ts';
import { compileTable } from '../policy/table.ts';
import { everyDemand, type NotifiedDemands, notifiedDemands } from './notified-calls.ts';

/** The parts of a supervisor that a world gets; host descriptors, which stay the caller's. */
export type SupervisorParts = {
  /** A file with the table of rules that nothing can change, and its bytes. */
  readonly table: number;
  readonly tableSize: number;
  /** The supervisor's end of a socket for its records (records.ts). */
  readonly reports: number;
  /** Files that stand in for masked ones; the first one is empty. */
  readonly masks: readonly number[];
  readonly demands: NotifiedDemands;
  /** True if rules ask a person. */
  readonly asks: boolean;
  /** A file with the rules as text if they may change while the program runs; `undefined` if they may not. */
  readonly text: number | undefined;
  /** The crash guard; `undefined` without one. */
  readonly guard: CrashGuardTimes | undefined;
};

/** Crashes of an executable within so many milliseconds that keep it from starting for so many. */
export type CrashGuardTimes = { readonly crashes: number; readonly within: number; readonly pause: number };

/** The descriptors of a supervisor that is about to start, and our end of its socket. */
export type Supervision = {
  readonly parts: SupervisorParts;
  /** The table of rules. */
  readonly rules: Uint8Array;
  /** Our end of the socket for records: the caller closes it. */
  readonly reports: number;
  /**
   * Compiles other rules for the same supervisor.
   *
   * @throws TableError for rules that are too many or too complex.
   */
  compile(rules: readonly Rule[]): Uint8Array;
  /** Closes the parts: for when the program has its own, or has not started. */
  close(): void;
};

/**
 * Compiles rules for a supervisor and opens what it needs.
 *
 * @param nameOf Gives a path to the file that was looked up for a mask, wherever its own path leads by now.
 * @throws TableError for rules that are too many or too complex, SystemError, and the errors of `readFileSync` for the
 *   files that stand in for masked ones.
 */
export function openSupervision(
  start: LiveRules,
  nameOf: (path: string) => string,
  guard?: CrashGuardTimes,
): Supervision {
  const { rules, state } = start;
  const isLive = state !== 'sealed';
  const opened: number[] = [];
  const keep = (descriptor: number): number => {
    opened.push(descriptor);
    return descriptor;
  };
  const closeAll = (): void => {
    for (const descriptor of opened.splice(0)) close(descriptor);
  };
  try {
    const sources = [...new Set(rules.flatMap((rule) => maskOf(rule) ?? []))];
    const compile = (all: readonly Rule[]): Uint8Array =>
      compileTable(all, (rule) => {
        const path = maskOf(rule);
        return path === undefined ? undefined : sources.indexOf(path);
      });
    const table = compile(rules);
    const demands = notifiedDemands(rules, guard !== undefined);
    const contents = [new Uint8Array(), ...sources.map((path) => readFileSync(nameOf(path)))];
    const masks = contents.map((content) => keep(createSealedFile('masked', [content])));
    const [reports, theirs] = makeSocketPair();
    keep(theirs);
    return {
      parts: {
        table: keep(createSealedFile('rules', [table])),
        tableSize: table.length,
        reports: theirs,
        masks,
        demands: isLive ? everyDemand(demands) : demands,
        guard,
        asks: rules.some(({ action }) => action.kind === 'ask'),
        text: isLive ? keep(createSealedFile('rules', [printLiveRules(start)])) : undefined,
      },
      rules: table,
      reports,
      compile,
      close: closeAll,
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}

/** The path of the file that a rule shows in place of others. */
function maskOf({ action }: Rule): string | undefined {
  return action.kind === 'mask' && action.with.kind === 'file' ? action.with.path : undefined;
}
