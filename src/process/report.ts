import { printable, printableLines } from '../text/printable.ts';
import type { ResourceUsage } from './exit-reason.ts';

/** Reports of a process to its launcher: a line of JSON each. The launcher believes none of it without a check. */
export type Report =
  | { readonly is: 'refused'; readonly refusal: ReportedRefusal }
  | { readonly is: 'refused call'; readonly refusal: ReportedCall }
  | {
      readonly is: 'exited';
      readonly code: number;
      /** The text that the program would have printed on standard error, if that had been granted. */
      readonly message?: string;
      readonly usage?: ResourceUsage;
    }
  | ({
      readonly is: 'trapped';
      readonly message: string;
      readonly usage?: ResourceUsage;
    } & Partial<ProgramPlace>)
  | { readonly is: 'failed'; readonly code: string; readonly message: string };

/** A place in a program, as its gate has found it. */
export type ProgramPlace = {
  /** Its functions, the innermost first. */
  readonly stack: readonly string[];
  /** Its registers and their values. */
  readonly registers: readonly string[];
};

/** An operation that was refused, as the gate saw it. */
export type ReportedRefusal = Partial<ProgramPlace> & {
  readonly call: string;
  readonly descriptor: number;
  readonly path?: string;
  readonly missing: readonly string[];
  readonly grant: number;
};

/** A system call that the walls around a program in TypeScript or JavaScript have refused. */
export type ReportedCall = {
  readonly call: string;
  readonly errno: string;
  readonly path?: string;
  /** The new path of renaming and linking. */
  readonly to?: string;
  readonly address?: string;
  /** The arguments in hexadecimal. */
  readonly arguments: readonly string[];
  /** The JavaScript stack, a line for each frame. */
  readonly stack?: readonly string[];
};

/** A longer line is not one of ours: paths have at most 4096 bytes. */
export const MAX_REPORT = 0x10000;

/** UTF-16 units of the last words of a program; as JSON they fit into a report. */
export const LONGEST_MESSAGE = 8192;

/** Splits incoming text into lines of at most `MAX_REPORT` bytes. */
export class ReportReader {
  #rest = '';

  /**
   * @returns The complete lines as reports; `undefined` in place of one that no process of ours would write.
   */
  *read(chunk: string): Generator<Report | undefined> {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) yield line.length > MAX_REPORT ? undefined : parseReport(line);
    if (this.#rest.length > MAX_REPORT) {
      this.#rest = '';
      yield undefined;
    }
  }
}

/** Reads one report; `undefined` when it is not one. */
export function parseReport(line: string): Report | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { is, code, message } = value;
  const usage = parseUsage(value['usage']);
  if (is === 'exited' && isCount(code)) {
    const said = typeof message === 'string' && {
      message: printableLines(message.slice(0, LONGEST_MESSAGE)),
    };
    return { is, code, ...said, ...(usage && { usage }) };
  }
  if (is === 'trapped' && typeof message === 'string') {
    return { is, message: printable(message), ...(usage && { usage }), ...parsePlace(value) };
  }
  if (is === 'failed' && typeof code === 'string' && typeof message === 'string') {
    return { is, code: printable(code), message: printableLines(message) };
  }
  if (is === 'refused') {
    const refusal = parseRefusal(value['refusal']);
    if (refusal !== undefined) return { is, refusal };
  }
  if (is === 'refused call') {
    const refusal = parseCall(value['refusal']);
    if (refusal !== undefined) return { is, refusal };
  }
  return undefined;
}

function parseRefusal(value: unknown): ReportedRefusal | undefined {
  if (!isRecord(value)) return undefined;
  const { call, descriptor, path, missing, grant } = value;
  if (typeof call !== 'string' || !isCount(descriptor) || !Number.isInteger(grant)) return undefined;
  if (typeof grant !== 'number' || !Array.isArray(missing) || missing.length > 64) return undefined;
  const rights: string[] = [];
  for (const right of missing) {
    if (typeof right !== 'string') return undefined;
    rights.push(printable(right));
  }
  const refusal = { call: printable(call), descriptor, missing: rights, grant, ...parsePlace(value) };
  return typeof path === 'string' ? { ...refusal, path } : refusal;
}

/** Texts of a call that are allowed to be missing. */
const optional = ['path', 'to', 'address'] as const;

/** The most frames of a stack, and arguments of a call. */
const MOST_LINES = 64;

function parseCall(value: unknown): ReportedCall | undefined {
  if (!isRecord(value)) return undefined;
  const { call, errno, stack } = value;
  if (typeof call !== 'string' || typeof errno !== 'string') return undefined;
  const values = parseLines(value['arguments']);
  if (values === undefined) return undefined;
  const texts: { path?: string; to?: string; address?: string } = {};
  for (const name of optional) {
    const text = value[name];
    if (typeof text === 'string') texts[name] = printable(text);
  }
  const frames = parseLines(stack);
  return {
    call: printable(call),
    errno: printable(errno),
    ...texts,
    arguments: values,
    ...(frames !== undefined && { stack: frames }),
  };
}

/** Nothing where it is not known, or no such lines. */
function parsePlace(value: Record<string, unknown>): Partial<ProgramPlace> {
  const stack = parseLines(value['stack']);
  const registers = parseLines(value['registers']);
  return stack === undefined || registers === undefined ? {} : { stack, registers };
}

function parseLines(value: unknown): string[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_LINES) return undefined;
  const lines = value.filter((line) => typeof line === 'string').map((line) => printable(line));
  return lines.length === value.length ? lines : undefined;
}

function parseUsage(value: unknown): ResourceUsage | undefined {
  if (!isRecord(value)) return undefined;
  const { maximumMemory, cpuTime } = value;
  return isAmount(maximumMemory) && isAmount(cpuTime) ? { maximumMemory, cpuTime } : undefined;
}

/** JSON can hold numbers that are infinite once they are read. */
function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}
