import { constants } from 'node:os';
import { ExitStatus, SIGNAL_STATUS } from './exit-status.ts';

/** The resources that a process used, as it counted itself: a compromised process may lie about this. */
export type ResourceUsage = {
  /** The most memory it had at once, in bytes, its share of Node included. */
  readonly maximumMemory: number;
  /** Processor time in milliseconds, of the host's kernel on its behalf included. */
  readonly cpuTime: number;
};

/**
 * A limit that has refused something to a Linux program, or ended a process of its own, and the program went on: it may be
 * behind a failure in other words.
 */
export type RefusedLimit = { readonly limit: 'processes' | 'memory'; readonly times: number };

/** The end of a process, or the reason why it did not begin. */
export type ExitReason =
  /** Ended itself. `code` has 32 bits; a shell sees the low 8. */
  | {
      readonly kind: 'exited';
      readonly code: number;
      /**
       * Last words of a program in TypeScript or JavaScript that has no standard error: an error that was not caught,
       * or what it is missing in its argdata. The program may lie.
       */
      readonly message?: string;
      readonly usage?: ResourceUsage;
      readonly refused?: readonly RefusedLimit[];
    }
  /** It trapped: `unreachable`, memory out of bounds, a division by zero. `message` has one line. */
  | {
      readonly kind: 'trapped';
      readonly message: string;
      readonly usage?: ResourceUsage;
      /** The functions of an executable, the innermost first, and its registers, where it could still tell of them. */
      readonly stack?: readonly string[];
      readonly registers?: readonly string[];
    }
  /** A signal ended it that did not come from `kill()`. */
  | {
      readonly kind: 'signaled';
      readonly signal: NodeJS.Signals;
      readonly usage?: ResourceUsage;
      readonly refused?: readonly RefusedLimit[];
    }
  /**
   * It reached a limit and was ended, for Linux programs by `signal`; or asks for more memory than its limit from the
   * start.
   */
  | {
      readonly kind: 'limit';
      readonly limit: 'wall_clock' | 'memory' | 'cpu_time' | 'file_size' | 'changes';
      readonly signal?: NodeJS.Signals;
      readonly usage?: ResourceUsage;
    }
  /** `kill()`, disposal or an `AbortSignal` ended it. */
  | { readonly kind: 'killed' }
  /** No instruction of the program was run. `code` is that of the error in the process, such as `missing_mechanism`. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

/** The exit status of a command that ran a program: the program's own, or one of `ExitStatus`. */
export function exitStatusOf(reason: ExitReason): number {
  switch (reason.kind) {
    case 'exited':
      return reason.code & 0xff;
    case 'trapped':
      return ExitStatus.trapped;
    case 'signaled':
      return SIGNAL_STATUS + constants.signals[reason.signal];
    case 'limit':
      if (reason.signal !== undefined) return SIGNAL_STATUS + constants.signals[reason.signal];
      if (reason.limit === 'changes') return SIGNAL_STATUS + constants.signals.SIGKILL;
      return reason.limit === 'wall_clock' ? ExitStatus.wallClock : ExitStatus.notAProgram;
    case 'killed':
      return SIGNAL_STATUS + constants.signals.SIGKILL;
    case 'failed':
      return statusOfCode(reason.code);
  }
}

/** The exit status for an error of ours with a given `code`: `ExitStatus.bug` for one that is not the user's to mend. */
export function statusOfCode(code: string): number {
  return statuses.get(code) ?? ExitStatus.bug;
}

const statuses: ReadonlyMap<string, number> = new Map([
  ['usage', ExitStatus.usage],
  ['bad_configuration', ExitStatus.configuration],
  ['cannot_open', ExitStatus.resource],
  ['overlay', ExitStatus.resource],
  ['missing_mechanism', ExitStatus.mechanism],
  ['malformed_module', ExitStatus.notAProgram],
  ['unknown_import', ExitStatus.notAProgram],
  ['unknown_instruction', ExitStatus.notAProgram],
  ['missing_export', ExitStatus.notAProgram],
  ['memory_limit', ExitStatus.notAProgram],
  ['adapter_not_found', ExitStatus.resource],
  ['not_an_adapter', ExitStatus.resource],
  ['not_a_program', ExitStatus.notAProgram],
  ['cannot_execute', ExitStatus.notAProgram],
  ['link_failed', ExitStatus.notAProgram],
  ['native_addon', ExitStatus.notAProgram],
  ['foreign_file', ExitStatus.notAProgram],
  ['program_not_found', ExitStatus.notFound],
]);

const limitTexts: Readonly<Record<Extract<ExitReason, { kind: 'limit' }>['limit'], string>> = {
  wall_clock: 'Reached its limit of wall-clock time',
  memory: 'Needs more memory than its limit',
  cpu_time: 'Reached its limit of processor time',
  file_size: 'Reached its limit of the size of a file',
  changes: 'Reached its limit of changes that are kept aside',
};

/** Says for people which request a limit has refused. */
export function describeRefused({ limit, times }: RefusedLimit): string {
  const often = times === 1 ? 'once' : `${times} times`;
  return limit === 'processes'
    ? `its limit 'processes' was reached, and a process or thread refused ${often}`
    : `its limit 'memory' was reached, and a process of its own ended ${often}`;
}

/** Describes the end of a process in one line, for people. */
export function describeExit(reason: ExitReason): string {
  switch (reason.kind) {
    case 'exited':
      return `Exited with status ${reason.code}`;
    case 'trapped':
      return `Trapped: ${reason.message}`;
    case 'signaled':
      return `Ended by signal ${reason.signal}`;
    case 'limit':
      return limitTexts[reason.limit];
    case 'killed':
      return 'Killed';
    case 'failed':
      return reason.message;
  }
}
