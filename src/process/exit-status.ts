/**
 * The exit statuses of our own commands when there is none of the program's to pass on. 64 to 74 follow
 * sysexits(3), 124 to 127 what shells and timeout(1) do. Commands, documentation and tests read this table.
 */
export const ExitStatus = {
  /** The command line is wrong. */
  usage: 64,
  /** The document of grants is wrong; nothing was opened. */
  configuration: 65,
  /** Something that was granted cannot be opened; the program was not started. */
  resource: 66,
  /** This host lacks a mechanism that the grants rely on. */
  mechanism: 69,
  /** A mistake of ours. */
  bug: 70,
  /** The output of a command cannot be written. */
  output: 74,
  /** The program reached its limit of wall-clock time. */
  wallClock: 124,
  /** The file is not a program that can be run. */
  notAProgram: 126,
  /** There is no such program. */
  notFound: 127,
  /** The program trapped, as if by signal SIGABRT. */
  trapped: 134,
} as const;

/** The number that is added to a signal's to make the status of a program that the signal ended. */
export const SIGNAL_STATUS = 128;
