import { resolve } from 'node:path';
import { isTerminal } from '../host/files/terminal.ts';
import type { ProgramKind } from '../plan/plan-types.ts';
import {
  type CommandOptions,
  fd,
  file,
  type HostsOptions,
  type Resource,
  socket,
} from '../resources/constructors.ts';
import { executableKinds } from '../resources/executables.ts';
import { HeldFile, type HeldFiles } from '../resources/held-files.ts';
import { PRIVATE_HOME } from '../resources/home-grant.ts';
import { limitNames } from '../resources/limits.ts';
import { procGrants } from '../resources/linux-parts.ts';
import { networkLimitNames } from '../resources/network-limits.ts';
import type { PresetName } from '../resources/rights.ts';
import { spell } from '../resources/spelling.ts';
import { asks, keptRules } from './ask-options.ts';
import { type Option, oneOfNames, type ParsedOptions, requireUtf8, UsageError } from './options.ts';
import { rawVariable } from './raw-arguments.ts';
import { ruleGrantsOf, ruleOptions } from './rule-options.ts';
import { withSecrets } from './secret-option.ts';

/** The options of `exec` that grant something. */
export const grantOptions: readonly Option[] = [
  {
    name: '--read',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Let the program read the directory PATH and all beneath it, which it sees at AT\n(as PATH when AT is left out). A Linux program can also start programs in it,\nand PATH may be a file.',
  },
  {
    name: '--write',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Let it read, write, create and remove beneath PATH, too.',
  },
  {
    name: '--read-data',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Like --read, but nothing beneath PATH can be started.',
  },
  {
    name: '--write-data',
    value: 'PATH[:AT]',
    repeat: true,
    bytes: true,
    help: 'Like --write, but nothing beneath PATH can be started.',
  },
  {
    name: '--overlay',
    value: 'DIR[:AT]',
    repeat: true,
    bytes: true,
    help: "Let a Linux program change DIR as with --write, but keep its changes aside: DIR stays as it is.\nSee 'cloudabi changes', 'commit' and 'discard'. A further run goes on with them.",
  },
  {
    name: '--overlay-name',
    value: 'NAME',
    help: 'Keep them beside those of other runs, under this name.',
  },
  {
    name: '--encrypt',
    value: 'DIR[:AT]',
    repeat: true,
    bytes: true,
    help: "Let a Linux program change DIR as with --write, and encrypt on this host what it writes there.\nSee 'cloudabi decrypt'.",
  },
  {
    name: '--encrypt-key',
    value: 'FILE',
    help: 'The file with the key for --encrypt: 32 random bytes or more; /dev/fd/3 is a descriptor.',
  },
  {
    name: '--socket',
    value: 'PATH[:AT]',
    repeat: true,
    help: 'Let a Linux program connect to the UNIX socket PATH, which it sees at AT.',
  },
  {
    name: '--ssh-agent',
    value: 'KEY',
    repeat: true,
    help: 'Let a Linux program sign with KEY of the ssh-agent: a fingerprint (SHA256:…), a file (….pub)\nor the comment of a key. It uses no other key, and adds and removes none.',
  },
  {
    name: '--service',
    value: 'NAME[=LIMITS]',
    repeat: true,
    help: 'Let a Linux program ask the service NAME by its C library, within LIMITS: pwd={users: [root]}\n(users), grp (groups), dns (hosts), netdb (ports and protocols),\nsyslog (the log of this host).',
  },
  {
    name: '--env',
    value: 'NAME[=VALUE]',
    repeat: true,
    bytes: true,
    help: 'Give it an environment variable, with the value it has here when VALUE is left out.',
  },
  {
    name: '--env-file',
    value: 'FILE',
    repeat: true,
    help: 'Give it the variables of FILE (NAME=value a line); --env counts before them. Those that steer\nwhat programs load and run, such as LD_PRELOAD and PATH, are refused.',
  },
  {
    name: '--limit',
    value: 'NAME=VALUE',
    repeat: true,
    help: 'Limit it: memory=64MiB, wall_clock=10s; a Linux program also processes=100,\ncpus=1.5, cpu_time=30s, open_files=256, file_size=1GiB, changes=1GiB (of --overlay).',
  },
  {
    name: '--profile',
    value: 'NAME[,NAME]',
    repeat: true,
    help: "Add the grants of these profiles ('cloudabi profiles' lists them), or of a file: ./team.yaml.\nOptions count where a profile says otherwise.",
  },
  { name: '--no-stdin', help: 'Withhold standard input; likewise --no-stdout and --no-stderr.' },
];

/** The options of `exec` that are for Linux programs only. */
export const linuxOptions: readonly Option[] = [
  {
    name: '--base',
    value: 'BASE',
    help: 'Its files before any grant: minimal (itself and its libraries; the\ndefault), system (the programs and libraries of this host, /tmp, /dev, /proc), none.',
  },
  {
    name: '--chdir',
    value: 'DIR',
    bytes: true,
    help: 'Start it in DIR, as it sees it; without this option here, if it sees it.',
  },
  {
    name: '--network',
    value: 'MODE',
    help: "none (the default), loopback (a loopback of its own), host (the host's).",
  },
  {
    name: '--net',
    value: 'RULE',
    repeat: true,
    help: 'A network that reaches the hosts of the rules and no others: registry.example.org:443,\n*.example.org:80,443, 10.0.0.0/8:53/udp, public:443, localhost:5432.\n"GET,HEAD registry.example.org:443" holds requests.',
  },
  {
    name: '--secret',
    value: 'NAME@HOST:PORT[=PLACE]',
    repeat: true,
    help: 'Send the variable NAME of this environment with each request to HOST, as a bearer token or at\nPLACE (header:NAME, basic:USER, query:NAME). The program finds a placeholder in NAME.',
  },
  {
    name: '--net-except',
    value: 'RULE',
    repeat: true,
    help: 'Refuse these hosts, although a rule allows them; without ports, on all ports.',
  },
  {
    name: '--net-resolver',
    value: 'ADDRESS:PORT',
    help: "Look granted names up at this server, not in the host's way.",
  },
  {
    name: '--net-limit',
    value: 'NAME=VALUE',
    repeat: true,
    help: 'Limit the network of --net: connections=100, connections_per_second=20,\nbytes_per_second=1MiB, bytes=10GiB.',
  },
  {
    name: '--connect',
    value: 'PORT',
    repeat: true,
    help: "On the host's network: connect to no other TCP ports.",
  },
  {
    name: '--bind',
    value: 'PORT',
    repeat: true,
    help: "On the host's network: listen on no other TCP ports.",
  },
  {
    name: '--publish',
    value: 'HOSTPORT:PORT',
    repeat: true,
    help: "Forward HOSTPORT of this host's loopback to PORT of the program's.",
  },
  {
    name: '--listen',
    value: 'ADDRESS',
    repeat: true,
    help: 'Hand it a socket that listens at ADDRESS, from descriptor 3 (LISTEN_FDS).',
  },
  {
    name: '--home',
    value: 'DIR',
    optional: [],
    help: 'A home directory of its own, in memory; with --home=DIR that directory, which keeps\nwhat the program leaves there. HOME leads to it.',
  },
  {
    name: '--user',
    value: 'NAME|UID[:GID]',
    help: 'As root: make it another user, of one group, in its files and for the kernel.',
  },
  {
    name: '--show-user',
    value: 'UID[:GID]',
    help: 'Not as root: let it find this user and group in the place of yours, for itself and its files.',
  },
  { name: '--tmp', help: 'A private /tmp. --no-tmp withholds that of the base system.' },
  { name: '--dev', help: 'The harmless devices of /dev. --no-dev withholds them.' },
  {
    name: '--proc',
    optional: procGrants,
    help: 'A /proc that shows WHAT: processes (its own), system (its share of the machine, too; the\ndefault of WHAT, and of the base system), everything (all that the kernel says), none.\n--no-proc withholds it.',
  },
  {
    name: '--terminal',
    help: 'A terminal of its own, by default when standard input and output are\nterminals. --no-terminal hands it yours.',
  },
  ...ruleOptions,
  {
    name: '--allow-calls',
    value: 'GROUP',
    repeat: true,
    help: 'Let it use a group of system calls that programs do not normally need.',
  },
  {
    name: '--promise',
    value: 'NAME[,NAME]',
    repeat: true,
    help: 'Refuse every system call that these promises leave out: stdio, rpath, wpath, cpath, dpath, fattr,\nchown, flock, tty, unix, inet, dns, proc, exec, id, unveil.',
  },
  {
    name: '--executables',
    value: 'FILE',
    help: "Let it start no files but those whose checksums are in FILE, which 'cloudabi checksum' writes.",
  },
  {
    name: '--refuse',
    value: 'KIND',
    repeat: true,
    help: 'Of these, start none of a kind: 32-bit, static, dynamic, not-pie, executable-stack, script.',
  },
  {
    name: '--trusted',
    help: 'Of these, start none that another user than root and you could replace.',
  },
];

/** Switches that help mentions with another. */
export const unlistedOptions: readonly Option[] = [
  '--no-stdout',
  '--no-stderr',
  '--no-tmp',
  '--no-dev',
  '--no-proc',
  '--no-terminal',
].map((name) => ({ name, help: '' }));

/**
 * Reads the grants of the options, as `command()` takes them.
 *
 * @param files Looks up the paths that are granted.
 * @param services Those of `--service`, as `servicesOf` reads them.
 * @throws UsageError
 */
export function commandOptions(
  given: ParsedOptions,
  kind: ProgramKind,
  rest: readonly string[],
  files: HeldFiles,
  services: CommandOptions['services'],
): CommandOptions {
  if (kind !== 'linux') {
    for (const text of rest) requireUtf8('An argument of such a program', text);
    for (const text of given.all('--env')) requireUtf8('A variable of such a program', text);
  }
  return {
    arguments: rest,
    environment: environmentOf(given),
    ...(given.has('--env-file') && { envFile: given.all('--env-file') }),
    ...(!given.has('--no-stdin') && { stdin: fd('stdin') }),
    ...(!given.has('--no-stdout') && { stdout: fd('stdout') }),
    ...(!given.has('--no-stderr') && { stderr: fd('stderr') }),
    ...pathsOf(given, kind, files),
    limits: limitsOf(given),
    ...linuxPart(given, kind),
    ...(services !== undefined && { services }),
  };
}

const READ: readonly PresetName[] = ['read'];
const WRITE: readonly PresetName[] = ['read', 'write', 'create', 'remove'];

function pathsOf(
  given: ParsedOptions,
  kind: ProgramKind,
  held: HeldFiles,
): Pick<CommandOptions, 'directories' | 'files'> {
  const directories = new Map<string, Resource>();
  const files = new Map<string, Resource>();
  const add = (
    text: string,
    presets: readonly PresetName[],
    more: { readonly overlay?: string | true; readonly encrypt?: { readonly file: string } } = {},
  ): void => {
    const { path, at } = pathAndName(text, kind);
    if (kind !== 'linux') requireUtf8('A name that such a program knows', at);
    if (directories.has(at) || files.has(at))
      throw new UsageError(`Two grants name '${at}'; give each a name of its own with PATH:AT`);
    const resource = file(path, { rights: presets, ...more });
    (kind === 'linux' && isFile(path, held) ? files : directories).set(at, resource);
  };
  const execute: readonly PresetName[] = kind === 'linux' ? ['execute'] : [];
  for (const text of given.all('--read')) add(text, [...READ, ...execute]);
  const name = given.get('--overlay-name');
  if (name !== undefined && !given.has('--overlay')) throw new UsageError('--overlay-name needs --overlay');
  const key = given.get('--encrypt-key');
  if ((key === undefined) !== !given.has('--encrypt'))
    throw new UsageError(
      key === undefined
        ? '--encrypt needs --encrypt-key, the file with its key'
        : '--encrypt-key needs --encrypt',
    );
  for (const option of ['--write', '--write-data', '--overlay', '--encrypt'])
    for (const text of given.all(option)) checkThere(option, pathAndName(text, kind).path, held);
  for (const text of given.all('--write')) add(text, [...WRITE, ...execute]);
  for (const text of given.all('--overlay')) add(text, [...WRITE, ...execute], { overlay: name ?? true });
  if (key !== undefined)
    for (const text of given.all('--encrypt'))
      add(text, [...WRITE, ...execute], { encrypt: { file: resolve(key) } });
  for (const text of given.all('--read-data')) add(text, READ);
  for (const text of given.all('--write-data')) add(text, WRITE);
  return { directories, ...(files.size > 0 && { files }) };
}

/** A grant for writing could mean a file or a directory that is to be made, and we make neither. */
function checkThere(option: string, path: string, files: HeldFiles): void {
  if (files.find(resolve(path)) !== undefined) return;
  throw new UsageError(`${option} ${path}: no such file or directory; make it first`);
}

/** The plan says why a path does not resolve. */
function isFile(path: string, files: HeldFiles): boolean {
  const found = files.find(resolve(path));
  return found instanceof HeldFile && !found.stats.isDirectory();
}

/** Splits at the last colon, so that PATH may hold colons when AT is given. */
function pathAndName(text: string, kind: ProgramKind): { path: string; at: string } {
  const colon = text.lastIndexOf(':');
  const path = colon < 0 ? text : text.slice(0, colon);
  const at = colon < 0 ? text : text.slice(colon + 1);
  if (path === '' || at === '') throw new UsageError(`A directory is given as DIR or DIR:AT, not '${text}'`);
  // A Linux program sees a directory where it is, in any spelling of its path.
  return { path, at: colon < 0 && kind === 'linux' ? resolve(path) : at };
}

function environmentOf(given: ParsedOptions): Record<string, string> {
  return Object.fromEntries(
    given.all('--env').map((text) => {
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      const value = equals < 0 ? rawVariable(name) : text.slice(equals + 1);
      if (value === undefined) throw new UsageError(`There is no environment variable ${name} to pass on`);
      return [name, value];
    }),
  );
}

/** Limits whose value is a number; the others are texts with a unit. */
const COUNTED: ReadonlySet<string> = new Set([
  'threads',
  'processes',
  'cpus',
  'open_files',
  'connections',
  'connections_per_second',
]);

function limitsOf(given: ParsedOptions): NonNullable<CommandOptions['limits']> {
  return Object.fromEntries(namedValues(given, '--limit', limitNames, 'memory=64MiB').map(limitOf));
}

/** The values of an option that takes NAME=VALUE, with names out of a list. */
function namedValues(
  given: ParsedOptions,
  option: string,
  names: readonly string[],
  example: string,
): readonly (readonly [name: string, value: string])[] {
  return given.all(option).map((text) => {
    const [name = '', value, ...more] = text.split('=');
    if (value === undefined || more.length > 0)
      throw new UsageError(`A limit is given as NAME=VALUE, such as ${example}, not '${text}'`);
    if (!names.includes(name))
      throw new UsageError(
        `There is no limit '${name}'; there are ${names.slice(0, -1).join(', ')} and ${names.at(-1)}`,
      );
    return [name, value];
  });
}

function limitOf([name, value]: readonly [string, string]): readonly [string, string | number] {
  return [spell(name, 'object'), COUNTED.has(name) ? numberOf(name, value) : value];
}

function numberOf(name: string, text: string): number {
  if (/^\d{1,9}(?:\.\d{1,6})?$/.test(text)) return Number(text);
  throw new UsageError(`Limit '${name}' is a number, not '${text}'`);
}

/** The options that are for Linux programs only; given with another program, the plan refuses them. */
function linuxPart(given: ParsedOptions, kind: ProgramKind): CommandOptions {
  const listen = given.all('--listen');
  const switched = (name: string): boolean | undefined => {
    if (given.has(`--${name}`) && given.has(`--no-${name}`))
      throw new UsageError(`--${name} and --no-${name} exclude each other`);
    return given.has(`--${name}`) ? true : given.has(`--no-${name}`) ? false : undefined;
  };
  const tmp = switched('tmp');
  const dev = switched('dev');
  const proc = switched('proc') === false ? false : procOf(given);
  const both = isTerminal(0) && isTerminal(1);
  const streams = !given.has('--no-stdin') && !given.has('--no-stdout');
  // A question is asked at a terminal that the program does not hold.
  const shared = given.has('--ask') && [0, 1, 2].some(isTerminal);
  const own = (both && streams) || shared;
  const terminal = switched('terminal') ?? (kind === 'linux' && own ? true : undefined);
  const network = networkOf(given, kind);
  const sockets = socketsOf(given);
  const user = given.get('--user');
  const showUser = given.get('--show-user');
  const base = oneOfNames('--base', given.get('--base'), ['system', 'minimal', 'none'] as const);
  const workingDirectory = given.get('--chdir');
  const systemCalls = given.all('--allow-calls');
  return {
    ...(base !== undefined && { base }),
    ...(workingDirectory !== undefined && { workingDirectory: resolve(workingDirectory) }),
    ...(network !== undefined && { network }),
    ...(sockets.size > 0 && { sockets }),
    ...(given.has('--ssh-agent') && { sshAgent: given.all('--ssh-agent') }),
    ...(user !== undefined && { user }),
    ...(showUser !== undefined && { showUser }),
    ...(given.has('--home') && { home: homeOf(given) }),
    ...(tmp !== undefined && { tmp }),
    ...(dev !== undefined && { dev }),
    ...(proc !== undefined && { proc }),
    ...(terminal !== undefined && { terminal }),
    ...(systemCalls.length > 0 && { systemCalls }),
    ...(given.has('--promise') && { promise: given.all('--promise').flatMap((text) => text.split(',')) }),
    ...ruleGrantsOf(given),
    ...executablesOf(given),
    ...(listen.length > 0 && {
      descriptors: new Map(listen.map((bind, index) => [index + 3, socket({ bind })])),
      listenFds: true,
    }),
  };
}

function socketsOf(given: ParsedOptions): ReadonlyMap<string, string> {
  const sockets = new Map<string, string>();
  for (const text of given.all('--socket')) {
    const { path, at } = pathAndName(text, 'linux');
    if (sockets.has(at)) throw new UsageError(`Two things are to be seen at '${at}'`);
    sockets.set(at, path);
  }
  return sockets;
}

/** A path that a document would take for a word is spelled as a path. */
function homeOf(given: ParsedOptions): string {
  const path = given.get('--home');
  return path === undefined ? PRIVATE_HOME : path === PRIVATE_HOME ? `./${path}` : path;
}

/** The list of executables, and how it is narrowed. */
function executablesOf(given: ParsedOptions): Pick<CommandOptions, 'executables'> {
  const checksums = given.get('--executables');
  const refuse = given.all('--refuse').map((name) => {
    const kind = executableKinds.find((one) => one === name);
    if (kind === undefined)
      throw new UsageError(`--refuse takes one of ${executableKinds.join(', ')}, not '${name}'`);
    return kind;
  });
  const trusted = given.has('--trusted');
  if (checksums === undefined) {
    if (refuse.length > 0 || trusted) throw new UsageError('--refuse and --trusted need --executables');
    return {};
  }
  return { executables: { checksums, ...(refuse.length > 0 && { refuse }), ...(trusted && { trusted }) } };
}

function procOf(given: ParsedOptions): CommandOptions['proc'] {
  if (!given.has('--proc')) return undefined;
  return oneOfNames('--proc', given.get('--proc'), procGrants) ?? true;
}

function networkOf(given: ParsedOptions, kind: ProgramKind): CommandOptions['network'] | undefined {
  const connect = given.all('--connect');
  const bind = given.all('--bind');
  const publish = given.all('--publish');
  const named = oneOfNames('--network', given.get('--network'), ['none', 'loopback', 'host'] as const);
  const hosts = hostsOf(given, kind);
  const published = publish.length > 0 && { publish: new Map(publish.map(publishedOf)) };
  if (hosts !== undefined) {
    for (const option of ['--network', '--connect', '--bind'])
      if (given.has(option)) throw new UsageError(`--net is a network of its own: leave ${option} out`);
    return { ...hosts, ...published };
  }
  const mode = named ?? (publish.length > 0 ? 'loopback' : undefined);
  const ports = connect.length + bind.length + publish.length;
  if (mode === undefined && ports > 0) throw new UsageError('--connect and --bind need --network host');
  if (mode === undefined) return undefined;
  return {
    mode,
    ...(connect.length > 0 && { connect: connect.map(portOf) }),
    ...(bind.length > 0 && { bind: bind.map(portOf) }),
    ...published,
  };
}

/** The rules of `--net`; the plan reads them. */
function hostsOf(given: ParsedOptions, kind: ProgramKind): HostsOptions | undefined {
  const hosts = [...given.all('--net'), ...keptRules(given)];
  const except = given.all('--net-except');
  const resolver = given.get('--net-resolver');
  const limits = namedValues(given, '--net-limit', networkLimitNames, 'connections=100');
  const secrets = given.all('--secret');
  // Beside a network of another kind, rules about files are all there is to ask about.
  const asked = asks(given) && kind !== 'wasm' && kind !== 'elf' && !given.has('--network');
  if (hosts.length + secrets.length === 0 && !asked) {
    for (const option of ['--net-except', '--net-resolver', '--net-limit'])
      if (given.has(option)) throw new UsageError(`${option} needs --net`);
    return undefined;
  }
  return {
    hosts: withSecrets(hosts, secrets),
    ...(except.length > 0 && { except }),
    ...(resolver !== undefined && { resolver }),
    ...(limits.length > 0 && { limits: Object.fromEntries(limits.map(limitOf)) }),
  };
}

/** A number is passed on as one; anything else is for the plan to refuse, which says more about it. */
function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  if (/[A-Za-z.:*/]/.test(text))
    throw new UsageError(
      `A TCP port is a number; a rule by name or address, such as '${text}', is given with --net`,
    );
  throw new UsageError(`A TCP port is a number, not '${text}'`);
}

function publishedOf(text: string): [number, number] {
  const [, hostPort, port] = /^(\d{1,5}):(\d{1,5})$/.exec(text) ?? [];
  if (hostPort === undefined || port === undefined)
    throw new UsageError(`Ports are published as HOSTPORT:PORT, such as 8080:80, not '${text}'`);
  return [Number(hostPort), Number(port)];
}
