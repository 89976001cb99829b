import { type LogOptions, logLine } from '../oci/log.ts';
import { OciError } from '../oci/oci-error.ts';

/** Options before the name of a command, and how this program was called. */
export type OciGlobal = {
  /** The directory in which containers are known. */
  readonly states: string;
  readonly log: LogOptions;
  readonly script: string;
  readonly argv: readonly string[];
};

/** A command: its exit status. */
export type OciCommand = (global: OciGlobal, argv: readonly string[]) => number;

/** The index of the first word that is no option and no value of one. */
export function endOfOptions(argv: readonly string[], withValue: readonly string[]): number {
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('-')) at += withValue.includes(argv[at] ?? '') ? 2 : 1;
  return Math.min(at, argv.length);
}

/** Writes warnings to the engine's log, about deviations from a configuration. */
export function warnTo({ log }: OciGlobal): (text: string) => void {
  return (text) => logLine(log, 'warning', text);
}

/** The only argument of a command, a container's id. @throws OciError */
export function onlyId(words: readonly string[]): string {
  const [id, ...more] = words;
  if (id === undefined || more.length > 0) throw new OciError('expected the id of one container');
  return id;
}

/** A number of descriptors. @throws OciError */
export function readCount(option: string, value: string | undefined): number {
  if (value === undefined) return 0;
  if (!/^\d{1,3}$/.test(value)) throw new OciError(`--${option} has '${value}', expected a number up to 999`);
  return Number(value);
}
