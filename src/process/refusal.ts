import { basename } from 'node:path';
import type { Grant, Plan } from '../plan/plan-types.ts';
import { printable, printableJson } from '../text/printable.ts';
import { callRemedy, remedyFor, shortList } from './remedy.ts';
import type { ReportedCall, ReportedRefusal } from './report.ts';

/** An operation that a process tried and was refused. */
export type Refusal = {
  readonly time: Date;
  /** The program's path. */
  readonly program: string;
  /**
   * Name of the CloudABI system call, such as `file_open`; of what a program in TypeScript or JavaScript tried by itself,
   * the host's, such as `openat`.
   */
  readonly call: string;
  /** The descriptor it was tried on, by the program's number; absent for calls of the host's. */
  readonly descriptor?: number;
  /** The path it was tried with, where the call has one. It comes from the program: any characters may be in it. */
  readonly path?: string;
  /** The new path of renaming and linking, for calls of the host's. */
  readonly to?: string;
  /** The address, for calls of the host's that have one: `192.0.2.1:80`, `unix:/run/x`. */
  readonly address?: string;
  /** The answer of the call, for calls of the host: `EACCES`. */
  readonly errno?: string;
  /** Arguments in hexadecimal, for calls of the host's. */
  readonly arguments?: readonly string[];
  /** The JavaScript stack, or the functions of an executable, innermost first; absent when it is not known. */
  readonly stack?: readonly string[];
  /** The registers of an executable and their values; absent when they are not known. */
  readonly registers?: readonly string[];
  /** The rights that were missing, by CloudABI's names. Empty when a path leads out of its directory. */
  readonly missing: readonly string[];
  /** The grant the descriptor comes from, directly or by being opened through it. */
  readonly grant?: Grant;
  /** The change to the grants that would allow the operation. */
  readonly remedy: string;
};

/** Puts the report of a process into the words of its user. */
export function explainRefusal(
  plan: Plan,
  { call, descriptor, path, missing, grant: number, stack, registers }: ReportedRefusal,
  time: Date = new Date(),
): Refusal {
  const grant = plan.grants[number];
  return {
    time,
    program: plan.program.path,
    call,
    descriptor,
    ...(path === undefined ? {} : { path }),
    missing,
    ...(grant === undefined ? {} : { grant }),
    ...(stack && { stack }),
    ...(registers && { registers }),
    remedy: remedyFor(call, grant, missing, plan.spelling),
  };
}

/** The same for a system call that the walls have refused. */
export function explainCall(plan: Plan, refused: ReportedCall, time: Date = new Date()): Refusal {
  const { program } = plan;
  return {
    time,
    program: program.path,
    ...refused,
    missing: [],
    remedy: callRemedy(refused, plan.spelling),
  };
}

/**
 * For people, one line: time, program, call, object, missing rights, remedy. Where the stack is known, a
 * line for each frame follows.
 */
export function formatRefusal(refusal: Refusal): string {
  const { time, program, call, stack = [], remedy } = refusal;
  const [on, why] = refusal.descriptor === undefined ? describeCall(refusal) : describeOperation(refusal);
  const line = `${time.toISOString()} ${basename(program)}: ${call} refused${on}: ${why}; ${remedy}`;
  return [printable(line), ...stack.map((frame) => `    ${printable(frame)}`)].join('\n');
}

function describeOperation({ descriptor, path, missing, grant }: Refusal): [on: string, why: string] {
  const object = `descriptor ${descriptor}${grant === undefined || grant.place === '' ? '' : ` (${grant.place})`}`;
  const about = path === undefined ? object : `${object}, path '${printable(path)}'`;
  return [
    ` on ${about}`,
    missing.length === 0 ? 'leads out of the directory' : `lacks ${shortList(missing)}`,
  ];
}

function describeCall({ path, to, address, errno = '' }: Refusal): [on: string, why: string] {
  const paths = [path, to].filter((one) => one !== undefined).map((one) => `'${printable(one)}'`);
  const on = address === undefined ? paths.join(' to ') : address;
  return [on === '' ? '' : ` on ${on}`, errno];
}

/** Describes the stop of a program at its first refusal: the refusal, and the program's descriptors. */
export function formatStop(refusal: Refusal, plan: Plan): string {
  const { arguments: values = [], registers = [] } = refusal;
  const grants = plan.grants.map(
    ({ descriptor, place, description }) =>
      `    ${descriptor}${place === '' ? '' : ` ${printable(place)}`}: ${printable(description)}`,
  );
  return [
    'Stopped at the first refusal:',
    formatRefusal(refusal),
    ...(refusal.stack === undefined ? ['    (its stack is not known)'] : []),
    ...formatRegisters(registers),
    ...(values.length === 0 ? [] : [`Arguments: ${values.join(', ')}`]),
    `Descriptors:${grants.length === 0 ? ' none' : ''}`,
    ...grants,
  ].join('\n');
}

/** Describes registers, four on a line; nothing where they are not known. */
export function formatRegisters(registers: readonly string[]): string[] {
  if (registers.length === 0) return [];
  const lines: string[] = ['Registers:'];
  for (let at = 0; at < registers.length; at += 4)
    lines.push(
      `    ${registers
        .slice(at, at + 4)
        .map((one) => printable(one))
        .join('  ')}`,
    );
  return lines;
}

/** The same as one line of JSON; its fields are those of `Refusal`, the grant by place and position. */
export function refusalToJson({ grant, ...refusal }: Refusal): string {
  const { place, position } = grant ?? {};
  const json = JSON.stringify({
    ...refusal,
    ...(place === undefined ? {} : { place }),
    ...(position === undefined
      ? {}
      : { position: { file: position.file, line: position.line, column: position.column } }),
  });
  return printableJson(json);
}
