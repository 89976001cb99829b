import type { Grant } from '../plan/plan-types.ts';
import { FileResource } from '../resources/file.ts';
import { combinations, type Preset, type PresetName, presetNames, presets } from '../resources/rights.ts';
import type { Spelling } from '../resources/spelling.ts';
import type { ReportedCall } from './report.ts';

/** The words for a socket that a program may be granted, which no option of `cloudabi exec` grants. */
const sockets: Readonly<Record<Spelling, (use: string) => string>> = {
  document: (use) => `grant a !socket ${use}`,
  object: (use) => `grant a socket() ${use}`,
  options: (use) => `no option grants it: write a document for 'cloudabi run', with a !socket ${use}`,
};

/** Remedies for calls of the host, by their names. */
const callRemedies: readonly (readonly [calls: RegExp, remedy: (spelling: Spelling) => string])[] = [
  [/^connect$/, (spelling) => sockets[spelling]('that connects there')],
  [/^(?:bind|listen)$/, (spelling) => sockets[spelling]('that binds there')],
  [/^(?:socket|sendto|sendmsg|recvmmsg)/, (spelling) => sockets[spelling]('for the address that it is for')],
  [/^(?:clone3?|v?fork|execve(?:at)?)$/, () => 'a program can make no process or thread'],
  [/^(?:kill|tkill|tgkill|pidfd_)/, () => 'a program can signal itself only'],
];

/** The words for a directory that a program in TypeScript uses by its object. */
const directories: Readonly<Record<Spelling, string>> = {
  document: 'grant the directory with !file, and use its Directory',
  object: 'grant the directory with file(), and use its Directory',
  options: 'grant the directory with --read, and use its Directory',
};

/** Names the grant that would allow a system call that the walls have refused, in the user's spelling. */
export function callRemedy({ call, path }: ReportedCall, spelling: Spelling): string {
  const known = callRemedies.find(([calls]) => calls.test(call))?.[1];
  if (known !== undefined) return known(spelling);
  return path === undefined ? 'no grant allows this' : directories[spelling];
}

/** Names the change that would allow an operation on a grant, in the user's spelling. */
export function remedyFor(
  call: string,
  grant: Grant | undefined,
  missing: readonly string[],
  spelling: Spelling,
): string {
  if (grant === undefined) return 'no grant allows this';
  if (spelling === 'options') return remedyInOptions(call, grant, missing);
  const at = whereIs(grant);
  if (grant.kind === 'nothing') return `${at} was not granted`;
  if (grant.kind !== 'file') return `${at}: no !${grant.kind} can be granted with that`;
  if (missing.length === 0) return `${at} ends here: grant the target of the path as a resource of its own`;
  const names = rightsToAdd(call, missing).map((name) => `\`${name}\``);
  return `${at}: add ${shortList(names)} to its rights`;
}

/** The presets that --write brings. */
const WRITABLE: readonly string[] = ['read', 'write', 'create', 'remove'] satisfies readonly PresetName[];

function remedyInOptions(call: string, { kind, place, resource }: Grant, missing: readonly string[]): string {
  if (kind === 'nothing') return `leave out --no-${place}`;
  if (!(resource instanceof FileResource)) return `${place}: no option grants more of it`;
  const { path, rights } = resource;
  const [, name = '""'] = /^directories\[(".*")\]$/.exec(place) ?? [];
  const at: unknown = JSON.parse(name);
  const value = at === path ? path : `${path}:${at}`;
  if (missing.length === 0)
    return `${value} ends here: grant the target of the path with an option of its own`;
  const names = rightsToAdd(call, missing);
  if (!rights.presets.includes('write') && names.every((one) => WRITABLE.includes(one)))
    return `grant it with --write ${value} instead of --read`;
  const more = shortList(names.map((one) => `\`${one}\``));
  return `no option grants that: write a document for 'cloudabi run' and add ${more} to the rights of ${path}`;
}

/** Calls that have to do with changing something: of two presets that would do, they suggest the one that writes. */
const changing = /write|put|allocate|sync/;

/** The fewest presets that give all that is missing, and the names of rights that no preset gives. */
export function rightsToAdd(call: string, missing: readonly string[]): readonly string[] {
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

/** Joins names for a line of text. */
export function shortList(names: readonly string[]): string {
  if (names.length > MAX_NAMES)
    return `${names.slice(0, MAX_NAMES - 1).join(', ')} and ${names.length - MAX_NAMES + 1} more`;
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}

/** Names a grant by its line in the document and its place in the tree: `grants.yaml:9:3 rootdir`. */
function whereIs({ position, place }: Grant): string {
  const name = place === '' ? 'the document' : place;
  return position === undefined ? name : `${position.file}:${position.line}:${position.column} ${name}`;
}
