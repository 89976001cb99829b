import { basename } from 'node:path';
import { combinations, type Preset, type PresetName, presetNames, presets } from '../resources/rights.ts';
import type { Grant, Plan } from './plan-types.ts';
import { oneLine, type ReportedRefusal } from './report.ts';

/** An operation that a process tried and was refused. */
export type Refusal = {
  readonly time: Date;
  /** The program's path. */
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
    remedy: remedyFor(call, grant, missing),
  };
}

function remedyFor(call: string, grant: Grant | undefined, missing: readonly string[]): string {
  if (grant === undefined) return 'nothing that was granted allows this, and nothing can';
  const at = whereIs(grant);
  if (grant.kind === 'nothing') return `${at} was not granted`;
  if (grant.kind !== 'file') return `${at}: no !${grant.kind} can be granted with that`;
  if (missing.length === 0) return `${at} ends here: grant what the path leads to as a resource of its own`;
  const names = namesToAdd(call, missing).map((name) => `\`${name}\``);
  return `${at}: add ${enumerate(names)} to its rights`;
}

/** Calls that have to do with changing something: of two presets that would do, they suggest the one that writes. */
const changing = /write|put|allocate|sync/;

/** The fewest presets that give all that is missing, and the names of rights that no preset gives. */
function namesToAdd(call: string, missing: readonly string[]): readonly string[] {
  const order = changing.test(call)
    ? presetNames.toSorted((a, b) => Number(b === 'write') - Number(a === 'write'))
    : presetNames;
  const chosen = new Set<PresetName>();
  let rest = missing;
  for (;;) {
    const useful = order.map((name) => ({ name, count: rest.filter((right) => gives(name, right)).length }));
    const best = useful.reduce((a, b) => (b.count > a.count ? b : a));
    if (best.count === 0) break;
    chosen.add(best.name);
    rest = rest.filter((right) => !gives(best.name, right));
  }
  for (const { all, directory } of combinations) {
    if (!rest.includes(directory)) continue;
    for (const name of all) chosen.add(name);
    rest = rest.filter((right) => right !== directory);
  }
  return [...presetNames.filter((name) => chosen.has(name)), ...rest];
}

function gives(name: PresetName, right: string): boolean {
  const { file, directory, beneath }: Preset = presets[name];
  return [...file, ...directory, ...beneath].some((given) => given === right);
}

/** How many names a line has at most. */
const MAX_NAMES = 6;

function enumerate(names: readonly string[]): string {
  if (names.length > MAX_NAMES)
    return `${names.slice(0, MAX_NAMES - 1).join(', ')} and ${names.length - MAX_NAMES + 1} more`;
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
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
  const why = missing.length === 0 ? 'leads out of the directory' : `lacks ${enumerate(missing)}`;
  return oneLine(
    `${time.toISOString()} ${basename(program)}: ${call} refused on ${about}: ${why}; ${remedy}`,
  );
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
