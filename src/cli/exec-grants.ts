import { resolve } from 'node:path';
import { isTerminal } from '../host/files/terminal.ts';
import type { ProgramKind } from '../plan/plan-types.ts';
import { type CommandOptions, fd, socket } from '../resources/constructors.ts';
import { executableKinds } from '../resources/executables.ts';
import type { HeldFiles } from '../resources/held-files.ts';
import { PRIVATE_HOME } from '../resources/home-grant.ts';
import { procGrants } from '../resources/linux-parts.ts';
import { limitsOf } from './limit-options.ts';
import { commandNetworkOf } from './network-options.ts';
import { oneOfNames, type ParsedOptions, requireUtf8, UsageError } from './options.ts';
import { grantedPathsOf, pathAndName } from './path-options.ts';
import { rawVariable } from './raw-arguments.ts';
import { ruleGrantsOf } from './rule-options.ts';

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
    ...grantedPathsOf(given, kind, files),
    limits: limitsOf(given),
    ...linuxPart(given, kind),
    ...(services !== undefined && { services }),
  };
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
  const network = commandNetworkOf(given, kind);
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
