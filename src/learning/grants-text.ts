import type { PathGrant } from './path-grants.ts';

/** A path of the host, and where the program sees it. */
export type SeenGrant = Omit<PathGrant, 'real'> & { readonly path: string; readonly at: string };

/** Everything that a program is granted, as it is written down. */
export type LearnedGrants = {
  readonly base: string;
  readonly paths: readonly SeenGrant[];
  readonly sockets: readonly string[];
  /** Rules for hosts; empty for no network. */
  readonly hosts: readonly string[];
  /** Ports of the host's loopback that lead to the same port of the program. */
  readonly publish: readonly number[];
  /** True for a loopback of its own without rules of hosts. */
  readonly loopback: boolean;
  readonly groups: readonly string[];
  readonly tmp: boolean;
  readonly dev: boolean;
  readonly proc: boolean;
};

/** The option of a grant of a path. */
export function pathOption({ write, execute }: Pick<PathGrant, 'write' | 'execute'>): string {
  const verb = write ? 'write' : 'read';
  return execute ? `--${verb}` : `--${verb}-data`;
}

/** The rights of a grant of a path, as a document has them. */
export function pathRights({
  write,
  execute,
  directory,
}: Pick<PathGrant, 'write' | 'execute' | 'directory'>): readonly string[] {
  return [
    'read',
    ...(write ? (directory ? ['write', 'create', 'remove'] : ['write']) : []),
    ...(execute ? ['execute'] : []),
  ];
}

/** The value of the option: `PATH`, or `PATH:AT`. */
export function pathValue({ path, at }: Pick<SeenGrant, 'path' | 'at'>): string {
  // The last colon divides.
  return path === at && !path.includes(':') ? path : `${path}:${at}`;
}

/** The options of `cloudabi exec` for grants, each a name and its value. */
export function grantWords(grants: LearnedGrants): readonly (readonly [option: string, value?: string])[] {
  const { base, paths, sockets, hosts, publish, loopback, groups, tmp, dev, proc } = grants;
  return [
    ...(base === 'minimal' ? [] : [['--base', base] as const]),
    ...(tmp ? [['--tmp'] as const] : []),
    ...(dev ? [['--dev'] as const] : []),
    ...(proc ? [['--proc'] as const] : []),
    ...paths.map((grant) => [pathOption(grant), pathValue(grant)] as const),
    ...sockets.map((path) => ['--socket', path] as const),
    ...hosts.map((rule) => ['--net', rule] as const),
    ...(loopback ? [['--network', 'loopback'] as const] : []),
    ...publish.map((port) => ['--publish', `${port}:${port}`] as const),
    ...groups.map((group) => ['--allow-calls', group] as const),
  ];
}
