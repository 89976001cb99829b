import { type Preset, presetNames, presets, presetsGiving } from '../resources/rights.ts';
import type { Grant, Plan } from './plan-types.ts';
import { oneLine, type ReportedRefusal } from './report.ts';

/** An operation that a process tried and was refused. */
export type Refusal = {
  readonly time: Date;
  /** The program, as it was named when it was started. */
  readonly program: string;
  /** Name of the CloudABI system call, such as `file_open`. */
  readonly call: string;
  /** The descriptor it was tried on, by the program's number. */
  readonly descriptor: number;
  /** The path it was tried with, where the call has one. It comes from the program: any characters may be in it. */
  readonly path?: string;
  /** The rights that were missing, by CloudABI's names. Empty when a path leads out of its directory. */
  readonly missing: readonly string[];
  /** The grant the descriptor comes from, directly or by being opened through it. */
  readonly grant?: Grant;
  /** What to write in the document of grants, and where, for the operation to be allowed. */
  readonly remedy: string;
};

/** Puts what a process reported into the words of the person who started it. */
export function explainRefusal(
  plan: Plan,
  { call, descriptor, path, missing, grant: number }: ReportedRefusal,
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
    remedy: remedyFor(grant, missing),
  };
}

function remedyFor(grant: Grant | undefined, missing: readonly string[]): string {
  if (grant === undefined) return 'nothing that was granted allows this, and nothing can';
  const at = whereIs(grant);
  if (grant.resource === undefined) return `${at} was not granted`;
  if (missing.length === 0) return `${at} ends here: grant what the path leads to as a resource of its own`;
  const names = namesToAdd(missing).map((name) => `\`${name}\``);
  const last = names.pop() ?? '';
  const list = names.length === 0 ? last : `${names.join(', ')} and ${last}`;
  return `${at}: add ${list} to its rights`;
}

/** The preset that gives all that is missing, or the presets that do so together, or else the rights themselves. */
function namesToAdd(missing: readonly string[]): readonly string[] {
  const gives = (name: keyof typeof presets, right: string): boolean => {
    const { file, directory, beneath }: Preset = presets[name];
    return [...file, ...directory, ...beneath].some((given) => given === right);
  };
  const one = presetNames.find((name) => missing.every((right) => gives(name, right)));
  if (one !== undefined) return [one];
  const several = presetsGiving(missing);
  return missing.every((right) => several.some((name) => gives(name, right))) ? several : missing;
}

/** Names a grant by its line in the document and its place in the tree: `grants.yaml:9:3 rootdir`. */
export function whereIs({ position, place }: Grant): string {
  const name = place === '' ? 'the document' : place;
  return position === undefined ? name : `${position.file}:${position.line}:${position.column} ${name}`;
}

/** One line for people: time, program, call, descriptor and where it comes from, path, missing rights, remedy. */
export function formatRefusal({
  time,
  program,
  call,
  descriptor,
  path,
  missing,
  grant,
  remedy,
}: Refusal): string {
  const object = `descriptor ${descriptor}${grant === undefined || grant.place === '' ? '' : ` (${grant.place})`}`;
  const about = path === undefined ? object : `${object}, path '${oneLine(path)}'`;
  const why = missing.length === 0 ? 'leads out of the directory' : `lacks ${missing.join(', ')}`;
  return oneLine(`${time.toISOString()} ${program}: ${call} refused on ${about}: ${why}; ${remedy}`);
}

/** The same as one line of JSON; its fields are those of `Refusal`, the grant by place and position. */
export function refusalToJson({ grant, ...refusal }: Refusal): string {
  const { place, position } = grant ?? {};
  return JSON.stringify({
    ...refusal,
    ...(place === undefined ? {} : { place }),
    ...(position === undefined
      ? {}
      : { position: { file: position.file, line: position.line, column: position.column } }),
  });
}
