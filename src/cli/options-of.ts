import { resolve } from 'node:path';
import type { ProgramKind } from '../plan/plan-types.ts';
import { printAnyRule } from '../policy/any-rule.ts';
import { nameKey } from '../resources/agent-grant.ts';
import type { CommandParts } from '../resources/command.ts';
import { FdResource } from '../resources/fd.ts';
import type { FileResource } from '../resources/file.ts';
import { look } from '../resources/file-kind.ts';
import type { Limits } from '../resources/limits.ts';
import type { LinuxParts } from '../resources/linux-parts.ts';
import type { Position } from '../resources/position.ts';
import { printLimits } from '../resources/print/print-resource.ts';
import type { ServiceResource } from '../resources/service-resource.ts';
import { SocketResource } from '../resources/socket.ts';
import { networkOptions } from './options-of-network.ts';

/** A grant that no option says, and its place in the document. */
export type LostGrant = { readonly what: string; readonly position: Position | undefined };

/** A command as options: the words, and the grants that they leave out. */
export type OptionWords = { readonly words: readonly string[]; readonly lost: readonly LostGrant[] };

/** The options of `cloudabi exec` that grant what a command grants, to a program of a kind. */
export function optionsOf(parts: CommandParts, kind: ProgramKind): OptionWords {
  const lost: LostGrant[] = [];
  const add = (what: string, position = parts.position): void => {
    lost.push({ what, position });
  };
  const words = [
    ...streamOptions(parts, add),
    ...[...parts.environment].flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...[...parts.directories].flatMap(([at, file]) => pathOptions(at, file, kind, add)),
    ...[...parts.linux.files].flatMap(([at, file]) => pathOptions(at, file, kind, add)),
    ...overlayName(parts, add),
    ...encryptKey(parts, add),
    ...limitOptions(parts.limits),
    ...(kind === 'linux' ? linuxOptionsOf(parts.linux, parts, add) : networkOfOthers(parts.linux, add)),
  ];
  return { words, lost };
}

type Add = (what: string, position?: Position) => void;

function streamOptions(parts: CommandParts, add: Add): readonly string[] {
  return (['stdin', 'stdout', 'stderr'] as const).flatMap((name) => {
    const stream = parts[name];
    if (stream === undefined) return [`--no-${name}`];
    if (!(stream instanceof FdResource) || stream.stream !== name)
      add(`${name} that is not ours`, stream.position);
    return [];
  });
}

/** Presets of each option; those of a Linux program come with `execute`. */
function optionOfRights({ presets, names }: FileResource['rights'], kind: ProgramKind): string | undefined {
  if (names.length > 0 || presets.includes('append') || !presets.includes('read')) return undefined;
  const changing = presets.filter((one) => one === 'write' || one === 'create' || one === 'remove');
  const executes = presets.includes('execute');
  if (executes && kind !== 'linux') return undefined;
  const data = kind === 'linux' && !executes ? '-data' : '';
  return changing.length === 0 ? `--read${data}` : changing.length === 3 ? `--write${data}` : undefined;
}

function pathOptions(at: string, file: FileResource, kind: ProgramKind, add: Add): readonly string[] {
  const { path, absolute, rights, missing, names, overlay, encrypt, position } = file;
  if (names !== undefined) add(`'without' or 'only' of '${path}'`, names.position);
  if (missing !== 'refuse' && look(absolute) === undefined) {
    if (missing === 'make') add(`'${path}', which would be made`, position);
    return [];
  }
  // One file is written, or not: the other rights are about what lies in a directory.
  const isFile = kind === 'linux' && rights.presets.includes('write') && !rights.presets.includes('remove');
  const presets = isFile
    ? [...new Set([...rights.presets, 'create' as const, 'remove' as const])]
    : rights.presets;
  const option = optionOfRights({ ...rights, presets }, kind);
  if (option === undefined) {
    add(`the rights ${[...rights.presets, ...rights.names].join(', ')} on '${path}'`, position);
    return [];
  }
  const written = resolve(path) === absolute ? path : absolute;
  const seen = kind === 'linux' ? resolve(written) : written;
  const chosen = encrypt !== undefined ? '--encrypt' : overlay === undefined ? option : '--overlay';
  if (encrypt !== undefined && (option !== '--write' || encrypt.from.kind !== 'file'))
    add(`encryption with other rights or another source of the key on '${path}'`, encrypt.position);
  if (overlay !== undefined && option !== '--write')
    add(`changes kept aside with other rights on '${path}'`, position);
  return [chosen, at === seen && !written.includes(':') ? written : `${written}:${at}`];
}

/** One option names the overlays of all directories. */
function overlayName({ directories }: CommandParts, add: Add): readonly string[] {
  const all = [...directories.values()].flatMap(({ overlay }) => overlay ?? []);
  const [first] = all;
  if (all.some(({ name }) => name !== first?.name)) add('overlays of several names', first?.position);
  return first?.name === undefined ? [] : ['--overlay-name', first.name];
}

/** One option has the key of all directories. */
function encryptKey({ directories }: CommandParts, add: Add): readonly string[] {
  const all = [...directories.values()].flatMap(({ encrypt }) =>
    encrypt?.from.kind === 'file' ? [{ path: encrypt.from.path, position: encrypt.position }] : [],
  );
  const [first] = all;
  if (all.some(({ path }) => path !== first?.path)) add('keys of several files', first?.position);
  return first === undefined ? [] : ['--encrypt-key', first.path];
}

function limitOptions(limits: Limits): readonly string[] {
  const { memory, wallClock, threads, processes, cpus, cpuTime, openFiles, fileSize, changes } = limits;
  const all: readonly (readonly [name: string, value: number | undefined, unit: string])[] = [
    ['memory', memory, 'B'],
    ['wall_clock', wallClock, 'ms'],
    ['threads', threads, ''],
    ['processes', processes, ''],
    ['cpus', cpus, ''],
    ['cpu_time', cpuTime, 'ms'],
    ['open_files', openFiles, ''],
    ['file_size', fileSize, 'B'],
    ['changes', changes, 'B'],
  ];
  return all.flatMap(([name, value, unit]) =>
    value === undefined ? [] : ['--limit', `${name}=${value}${unit}`],
  );
}

function networkOfOthers({ network, given }: LinuxParts, add: Add): readonly string[] {
  return network === undefined ? [] : networkOptions(network, (what) => add(what, given.get('network')));
}

function linuxOptionsOf(linux: LinuxParts, parts: CommandParts, add: Add): readonly string[] {
  const {
    base,
    home,
    sockets,
    workingDirectory,
    network,
    sshAgent,
    services,
    tmp,
    dev,
    proc,
    terminal,
    systemCalls,
    promise,
    rules,
    rulesState,
    crashGuard,
    given,
  } = linux;
  if (typeof tmp === 'number') add("the size of 'tmp'", given.get('tmp'));
  if (sshAgent?.agent !== undefined) add("the socket of 'ssh_agent'", sshAgent.position);
  const switched = (name: string, on: boolean | undefined): readonly string[] =>
    on === undefined ? [] : [`--${on ? '' : 'no-'}${name}`];
  // At a terminal, options give one where a document does not.
  const both = parts.stdin !== undefined && parts.stdout !== undefined;
  return [
    ...(linux.user === undefined ? [] : ['--user', linux.user.text]),
    ...(linux.showUser === undefined ? [] : ['--show-user', linux.showUser.text]),
    ...(base === undefined ? [] : ['--base', base]),
    ...(home === undefined ? [] : [home.kind === 'kept' ? `--home=${home.directory.absolute}` : '--home']),
    ...(workingDirectory === undefined ? [] : ['--chdir', workingDirectory]),
    ...(network === undefined ? [] : networkOptions(network, (what) => add(what, given.get('network')))),
    ...[...sockets].flatMap(([at, { absolute }]) => ['--socket', `${absolute}:${at}`]),
    ...(sshAgent?.keys ?? []).flatMap((key) => ['--ssh-agent', nameKey(key)]),
    ...services.flatMap((service) => ['--service', serviceOption(service)]),
    ...switched('tmp', tmp === undefined ? undefined : tmp !== false),
    ...switched('dev', dev),
    ...(proc === undefined ? [] : proc === 'none' ? ['--no-proc'] : [`--proc=${proc}`]),
    ...(terminal || both ? switched('terminal', terminal) : []),
    ...systemCalls.flatMap((name) => ['--allow-calls', name]),
    ...(promise === undefined ? [] : ['--promise', promise.join(',')]),
    ...rules.flatMap((rule) => ['--rule', printAnyRule(rule)]),
    ...(crashGuard === undefined
      ? []
      : ['--crash-guard', `${crashGuard.crashes}/${crashGuard.within}ms/${crashGuard.pause}ms`]),
    ...(rulesState === 'sealed' ? [] : ['--rules-state', rulesState]),
    ...executablesOptions(linux),
    ...listenOptions(linux, add),
  ];
}

/** `pwd={users: [root]}`. */
function serviceOption(resource: ServiceResource): string {
  const limits = printLimits(resource);
  return limits === undefined ? resource.service.name : `${resource.service.name}=${limits}`;
}

function executablesOptions({ executables }: LinuxParts): readonly string[] {
  if (executables === undefined) return [];
  const { absolute, refuse, trusted } = executables;
  return [
    ...['--executables', absolute],
    ...refuse.flatMap((kind) => ['--refuse', kind]),
    ...(trusted ? ['--trusted'] : []),
  ];
}

function listenOptions({ descriptors, listenFds, given }: LinuxParts, add: Add): readonly string[] {
  if (descriptors.size > 0 && !listenFds) add("'descriptors' without 'listen_fds'", given.get('descriptors'));
  return [...descriptors].flatMap(([number, resource], index) => {
    const plain = resource instanceof SocketResource && isPlain(resource) && number === index + 3;
    if (!plain) add(`descriptor ${number}`, resource.position);
    return resource instanceof SocketResource ? ['--listen', resource.grant.text] : [];
  });
}

/** The option has the defaults of a socket that listens. */
function isPlain({ grant }: SocketResource): boolean {
  const { use, protocol, backlog, reuseAddress, reusePort, ipv6Only } = grant;
  const stream = protocol === 'tcp' || protocol === 'stream';
  return use === 'bind' && stream && backlog === 128 && reuseAddress && !reusePort && ipv6Only;
}
