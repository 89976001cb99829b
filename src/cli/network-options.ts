import type { ProgramKind } from '../plan/plan-types.ts';
import type { CommandOptions, HostsOptions } from '../resources/constructors.ts';
import { asks, keptRules } from './ask-options.ts';
import { networkLimitsOf } from './limit-options.ts';
import { oneOfNames, type ParsedOptions, UsageError } from './options.ts';
import { withSecrets } from './secret-option.ts';

/**
 * Reads the network that options grant; `undefined` for none.
 *
 * @throws UsageError
 */
export function commandNetworkOf(
  given: ParsedOptions,
  kind: ProgramKind,
): CommandOptions['network'] | undefined {
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
  const limits = networkLimitsOf(given);
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
    ...(limits !== undefined && { limits }),
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
