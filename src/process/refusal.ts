import { basename } from 'node:path';
import type { Grant, Plan } from '../plan/plan-types.ts';
import { combinations, type Preset, type PresetName, presetNames, presets } from '../resources/rights.ts';
import { printable, printableJson } from '../text/printable.ts';
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
  /** The JavaScript stack, innermost first; absent when it is not known. */
  readonly stack?: readonly string[];
  /** The rights that were missing, by CloudABI's names. Empty when a path leads out of its directory. */
  readonly missing: readonly string[];
  /** The grant the descriptor comes from, directly or by being opened through it. */
  readonly grant?: Grant;
  /** The change to the grants that would allow the operation. */
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

/** The same for a system call that the walls have refused. */
export function explainCall(plan: Plan, refused: ReportedCall, time: Date = new Date()): Refusal {
  const { program } = plan;
  return { time, program: program.path, ...refused, missing: [], remedy: callRemedy(refused) };
}

/** Remedies for calls of the host, by their names. */
const callRemedies: readonly (readonly [calls: RegExp, remedy: string])[] = [
  [/^connect$/, 'grant a !socket that connects there'],
  [/^(?:bind|listen)$/, 'grant a !socket that binds there'],
  [/^(?:socket|sendto|sendmsg|recvmmsg)/, 'grant a !socket for the address that it is for'],
  [/^(?:clone3?|v?fork|execve(?:at)?)$/, 'a program can make no process or thread'],
  [/^(?:kill|tkill|tgkill|pidfd_)/, 'a program can signal itself only'],
];

function callRemedy({ call, path }: ReportedCall): string {
  const known = callRemedies.find(([calls]) => calls.test(call))?.[1];
  if (known !== undefined) return known;
  if (path === undefined) return 'nothing that can be granted allows this';
  return 'grant the directory with !file, and use its Directory';
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

/** The most names in a line. */
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

/**
 * For people, one line: time, program, call, what it was tried on, what is missing, remedy. Where the stack is known, a
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
    missing.length === 0 ? 'leads out of the directory' : `lacks ${enumerate(missing)}`,
  ];
}

function describeCall({ path, to, address, errno = '' }: Refusal): [on: string, why: string] {
  const paths = [path, to].filter((one) => one !== undefined).map((one) => `'${printable(one)}'`);
  const on = address === undefined ? paths.join(' to ') : address;
  return [on === '' ? '' : ` on ${on}`, errno];
}

/** Describes the stop of a program at its first refusal: the refusal, and what the program had. */
export function formatStop(refusal: Refusal, plan: Plan): string {
  const { arguments: values = [] } = refusal;
  const grants = plan.grants.map(
    ({ descriptor, place, description }) =>
      `    ${descriptor}${place === '' ? '' : ` ${printable(place)}`}: ${printable(description)}`,
  );
  return [
    'Stopped at the first refusal:',
    formatRefusal(refusal),
    ...(refusal.stack === undefined ? ['    (nobody knows where JavaScript asked for it)'] : []),
    ...(values.length === 0 ? [] : [`Arguments: ${values.join(', ')}`]),
    `Descriptors:${grants.length === 0 ? ' none' : ''}`,
    ...grants,
  ].join('\n');
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
