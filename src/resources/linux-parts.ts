import { posix } from 'node:path';
import { type RulesState, rulesStates } from '../policy/live.ts';
import { formatSize, parseSize } from '../text/units.ts';
import { type AgentGrant, readAgent } from './agent-grant.ts';
import { type CrashGuardGrant, readCrashGuard } from './crash-guard.ts';
import { type ExecutablesGrant, readExecutables } from './executables.ts';
import type { Fields, ReadContext } from './fields.ts';
import { FileResource } from './file.ts';
import { type HomeGrant, readHome } from './home-grant.ts';
import { type NetworkGrant, readNetwork } from './network.ts';
import type { Position } from './position.ts';
import { readFileRules } from './read-rules.ts';
import type { Resource } from './resource.ts';
import type { RuleGrant } from './rule-grant.ts';
import { readServices } from './service-grants.ts';
import type { ServiceResource } from './service-resource.ts';
import { readSockets, type SocketPathGrant } from './socket-grants.ts';
import { readUser, type UserGrant } from './user-grant.ts';
import { nameWritten, quote, textIn, type Written } from './written.ts';

/** The beginning of a Linux program's world, before anything else is granted. */
export type Base = 'system' | 'minimal' | 'none';

/** The view of processes and of the machine that a program has. */
export type ProcGrant = 'none' | ProcShow;

/**
 * The contents of a /proc: the program's processes alone; with them what programs need to know of the machine, as far
 * as it is theirs; or all that the kernel says.
 */
export type ProcShow = 'processes' | 'system' | 'everything';

/** The words for the contents of a /proc, as `proc` and `--proc` take them. */
export const procGrants: readonly ProcGrant[] = ['none', 'processes', 'system', 'everything'];

/** The keys of `!command` for Linux programs only. Without a key, the base decides. */
export type LinuxParts = {
  readonly base: Base | undefined;
  /** Files by the path under which the program sees them. */
  readonly files: ReadonlyMap<string, FileResource>;
  /** UNIX sockets by the path under which the program sees them. */
  readonly sockets: ReadonlyMap<string, SocketPathGrant>;
  readonly workingDirectory: string | undefined;
  /** Descriptors by their number, from 3. */
  readonly descriptors: ReadonlyMap<number, Resource>;
  /** True if the program is told by LISTEN_FDS that its descriptors from 3 are sockets for it. */
  readonly listenFds: boolean;
  readonly network: NetworkGrant | undefined;
  readonly sshAgent: AgentGrant | undefined;
  /** The services that it asks by the sockets and files of its C library. */
  readonly services: readonly ServiceResource[];
  /** Its home directory; `undefined` for none of its own. */
  readonly home: HomeGrant | undefined;
  /** The user that a program of root is to be; `undefined` for that of the launcher. */
  readonly user: UserGrant | undefined;
  /** The user that the program of another one takes itself for; `undefined` for that of the host. */
  readonly showUser: UserGrant | undefined;
  /** A private /tmp: whether, or of how many bytes. */
  readonly tmp: boolean | number | undefined;
  readonly dev: boolean | undefined;
  readonly proc: ProcGrant | undefined;
  /** True if it gets a terminal of its own. */
  readonly terminal: boolean;
  /** Names of groups of system calls. */
  readonly systemCalls: readonly string[];
  /** Names of promises that it keeps; `undefined` where it made none. */
  readonly promise: readonly string[] | undefined;
  /** Rules about files, from top to bottom. */
  readonly rules: readonly RuleGrant[];
  /** The changes that the rules take while it runs. */
  readonly rulesState: RulesState;
  /** Keeps executables that crash from starting; `undefined` where nothing does. */
  readonly crashGuard: CrashGuardGrant | undefined;
  /** The files that it may start; all that its other grants allow when `undefined`. */
  readonly executables: ExecutablesGrant | undefined;
  /** The keys that were written, and where. */
  readonly given: ReadonlyMap<string, Position | undefined>;
};

/** Nothing of it. */
export const noLinuxParts: LinuxParts = {
  base: undefined,
  files: new Map(),
  sockets: new Map(),
  workingDirectory: undefined,
  descriptors: new Map(),
  listenFds: false,
  network: undefined,
  sshAgent: undefined,
  services: [],
  home: undefined,
  user: undefined,
  showUser: undefined,
  tmp: undefined,
  dev: undefined,
  proc: undefined,
  terminal: false,
  systemCalls: [],
  promise: undefined,
  rules: [],
  rulesState: 'sealed',
  crashGuard: undefined,
  executables: undefined,
  given: new Map(),
};

/** The keys of `!command` that are for Linux programs only. */
export const linuxKeys: readonly string[] = [
  'base',
  'files',
  'sockets',
  'working_directory',
  'descriptors',
  'listen_fds',
  'network',
  'ssh_agent',
  'services',
  'home',
  'user',
  'show_user',
  'tmp',
  'dev',
  'proc',
  'terminal',
  'system_calls',
  'promise',
  'rules',
  'policy',
  'rules_state',
  'crash_guard',
  'executables',
];

/** Lower numbers are the standard streams; the higher bound keeps the numbers of Linux's default limit. */
const FIRST_DESCRIPTOR = 3;
const LAST_DESCRIPTOR = 1023;

const MIN_TMP = 2 ** 16;
const MAX_TMP = 2 ** 40;

/** Reads the keys of `linuxKeys`. */
export function readLinuxParts(fields: Fields, context: ReadContext): LinuxParts {
  const given = new Map(linuxKeys.filter((key) => fields.has(key)).map((key) => [key, fields.at(key)]));
  return {
    base: fields.choice<Base>('base', ['system', 'minimal', 'none']),
    files: readFiles(fields, context),
    sockets: readSockets(fields, context),
    workingDirectory: readPath('working_directory', fields),
    descriptors: readDescriptors(fields, context),
    listenFds: fields.bool('listen_fds', false),
    network: readNetwork(fields.get('network'), fields, context),
    sshAgent: readAgent(fields, context),
    services: readServices(fields, context),
    home: readHome(fields, context),
    user: readUser(fields),
    showUser: readUser(fields, 'show_user'),
    tmp: readTmp(fields),
    dev: fields.has('dev') ? fields.bool('dev', false) : undefined,
    proc: readProc(fields),
    terminal: fields.bool('terminal', false),
    systemCalls: readNames('system_calls', fields),
    promise: fields.has('promise') ? readNames('promise', fields) : undefined,
    rules: readFileRules(fields, context),
    rulesState: fields.choice<RulesState>('rules_state', rulesStates) ?? 'sealed',
    crashGuard: readCrashGuard(fields, context),
    executables: readExecutables(fields, context),
    given,
  };
}

/**
 * Finds the fault in the name of something in a Linux program's world; `undefined` for none. A name is a path that is
 * absolute and has no `.`, `..` or empty steps, so that it means the same from every directory.
 */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it must be an absolute path, which begins with a slash';
  const plain = posix.normalize(path).replace(/(.)\/$/, '$1');
  return plain === path ? undefined : `write ${quote(plain)}`;
}

function readPath(key: string, fields: Fields): string | undefined {
  const path = fields.text(key);
  const problem = path === undefined ? undefined : pathProblem(path);
  if (problem === undefined) return path;
  return fields.wrong(key, `${fields.call(key)} cannot be ${quote(path ?? '')}: ${problem}`);
}

function readFiles(fields: Fields, { mistakes }: ReadContext): ReadonlyMap<string, FileResource> {
  const files = new Map<string, FileResource>();
  for (const { key, value } of entriesOf('files', 'a map of paths to files', fields)) {
    const name = textIn(key);
    if (name === undefined) {
      mistakes.add(`The name of a file is a string, not ${nameWritten(key)}`, key.position);
      continue;
    }
    if (value.kind === 'resource' && value.resource instanceof FileResource) files.set(name, value.resource);
    else if (value.kind !== 'broken')
      mistakes.add(
        `File ${quote(name)} expects a file granted with !file, not ${nameWritten(value)}`,
        value.position ?? fields.at('files'),
      );
  }
  return files;
}

function readDescriptors(fields: Fields, { mistakes }: ReadContext): ReadonlyMap<number, Resource> {
  const descriptors = new Map<number, Resource>();
  for (const { key, value } of entriesOf('descriptors', 'a map of numbers to descriptors', fields)) {
    const written = key.kind === 'scalar' ? key.value : undefined;
    // The keys of a JavaScript object are texts.
    const number = typeof written === 'string' && /^\d{1,4}$/.test(written) ? Number(written) : written;
    const fits = typeof number === 'number' && Number.isInteger(number);
    if (!fits || number < FIRST_DESCRIPTOR || number > LAST_DESCRIPTOR)
      mistakes.add(
        `The number of a descriptor is an int from ${FIRST_DESCRIPTOR} to ${LAST_DESCRIPTOR}, not ${nameWritten(key)}`,
        key.position,
      );
    else if (value.kind === 'resource') descriptors.set(number, value.resource);
    else if (value.kind !== 'broken')
      mistakes.add(
        `Descriptor ${number} expects a tag such as !socket or !file, not ${nameWritten(value)}`,
        value.position ?? fields.at('descriptors'),
      );
  }
  return new Map([...descriptors].sort(([a], [b]) => a - b));
}

function readTmp(fields: Fields): boolean | number | undefined {
  const written = fields.get('tmp');
  if (written === undefined) return undefined;
  const value = written.kind === 'scalar' ? written.value : undefined;
  if (typeof value === 'boolean') return value;
  const bytes = typeof value === 'string' ? parseSize(value) : value;
  if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= MIN_TMP && bytes <= MAX_TMP)
    return bytes;
  const range = `from ${formatSize(MIN_TMP)} to ${formatSize(MAX_TMP)}`;
  return fields.expected('tmp', `true, false or a size ${range}`, written);
}

function readProc(fields: Fields): ProcGrant | undefined {
  const written = fields.get('proc');
  const value = written?.kind === 'scalar' ? written.value : undefined;
  if (typeof value === 'boolean') return value ? 'system' : 'none';
  return fields.choice<ProcGrant>('proc', procGrants);
}

function readNames(key: string, fields: Fields): readonly string[] {
  const written = fields.get(key);
  if (written === undefined) return [];
  if (written.kind !== 'seq') {
    fields.expected(key, 'a list of names', written);
    return [];
  }
  return written.items.flatMap((item) => {
    const name = textIn(item);
    if (name !== undefined) return name;
    fields.expected(key, 'a list of names', item);
    return [];
  });
}

type Entries = Extract<Written, { kind: 'map' }>['entries'];

/** The entries of a map; nothing at all is an empty one. */
export function entriesOf(key: string, wanted: string, fields: Fields): Entries {
  const written = fields.get(key);
  if (written === undefined || (written.kind === 'scalar' && written.value === null)) return [];
  if (written.kind === 'map') return written.entries;
  fields.expected(key, wanted, written);
  return [];
}
