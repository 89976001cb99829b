import { printable, printableJson } from '../text/printable.ts';
import { formatAddress, formatHost, type IpAddress } from './address.ts';
import { describeDenial, remedyOption, remedyYaml } from './describe-denial.ts';
import { printException, printRule } from './print-rule.ts';
import type { PortProtocol } from './rule.ts';
import type { Denial, Remedy } from './verdict.ts';

/** The host and port that were meant. */
export type RefusedTarget =
  /** A connection, or a first datagram; the name is known if the program has looked it up. */
  | {
      readonly kind: 'connection';
      readonly name: string | undefined;
      /** The address that the program named, or the one behind the name that was refused. */
      readonly address: IpAddress | undefined;
      readonly port: number;
      readonly protocol: PortProtocol;
    }
  | { readonly kind: 'look-up'; readonly name: string }
  /** A request of HTTP; the path is without its query. */
  | {
      readonly kind: 'request';
      readonly name: string;
      readonly port: number;
      readonly method: string;
      readonly path: string;
    }
  /** Connections or bytes beyond a limit on all connections together. */
  | { readonly kind: 'limit' }
  /** A request to an ssh-agent; the fingerprint is that of the key, `undefined` for other requests than to sign. */
  | { readonly kind: 'signature'; readonly fingerprint: string | undefined };

/** A connection or a look-up of a name that a program tried and was refused. */
export type ConnectionRefusal = {
  readonly time: Date;
  /**
   * The process that tried, by the number that the host knows it by; `undefined` when its socket was gone already, as it is after
   * connect(2) to a TCP port that no rule names, unless the program is observed.
   */
  readonly process: { readonly pid: number; readonly executable: string } | undefined;
  readonly target: RefusedTarget;
  readonly denial: Denial;
  readonly remedy: Remedy;
};

/** Finds the process at the program's end of a connection; `undefined` when it has let go of it. */
export type FindClient = () => ConnectionRefusal['process'];

/**
 * For people, one line: time, program, host and port, reason, remedy.
 *
 * @param remedies The form of remedies: as options of the command line, or as YAML.
 */
export function formatConnectionRefusal(refusal: ConnectionRefusal, remedies: 'option' | 'yaml'): string {
  return printable(`${refusal.time.toISOString()} ${describeConnectionRefusal(refusal, remedies)}`);
}

/** The same without the time. */
export function describeConnectionRefusal(
  { process, target, denial, remedy }: ConnectionRefusal,
  remedies: 'option' | 'yaml',
): string {
  const who = process === undefined ? 'a process' : `${process.executable} (${process.pid})`;
  const change = remedies === 'option' ? remedyOption(remedy) : remedyYaml(remedy);
  const end = change === undefined ? '' : `; ${change}`;
  return printable(`${who}: ${attemptWords(target)} ${outcomeOf(denial)}: ${describeDenial(denial)}${end}`);
}

/** Names the outcome of an attempt: connections and bytes beyond a rate wait, but for datagrams and UNIX sockets. */
function outcomeOf(denial: Denial): string {
  return denial.kind === 'limit' && denial.limit.endsWith('_per_second') ? 'delayed or refused' : 'refused';
}

function attemptWords(target: RefusedTarget): string {
  switch (target.kind) {
    case 'look-up':
      return `look-up of ${target.name}`;
    case 'connection':
      return `connection to ${nameTarget(target)}`;
    case 'request':
      return `request ${target.method} ${target.path} to ${nameTarget(target)}`;
    case 'limit':
      return 'further connections or bytes';
    case 'signature':
      return `request to the ssh-agent${target.fingerprint === undefined ? '' : ` for ${target.fingerprint}`}`;
  }
}

/** Names a target as rules do: `registry.example.org:443`, `[2001:db8::1]:53/udp`. */
export function nameTarget(target: RefusedTarget): string {
  if (target.kind === 'look-up') return target.name;
  if (target.kind === 'request') return `${target.name}:${target.port}`;
  if (target.kind === 'limit') return 'limit';
  if (target.kind === 'signature') return target.fingerprint ?? 'ssh-agent';
  const { name, address, port, protocol } = target;
  const host = name ?? (address === undefined ? '' : formatHost(address));
  return `${host}:${port}${protocol === 'udp' ? '/udp' : ''}`;
}

/** The same as one line of JSON. Names are stable; null stands for unknown or missing values. */
export function connectionRefusalToJson({
  time,
  process,
  target,
  denial,
  remedy,
}: ConnectionRefusal): string {
  const connection = target.kind === 'connection' ? target : undefined;
  const address = connection?.address ?? ('address' in denial ? denial.address : undefined);
  return printableJson(
    JSON.stringify({
      time,
      kind: target.kind,
      process: process ?? null,
      name: 'name' in target ? (target.name ?? null) : null,
      key: target.kind === 'signature' ? (target.fingerprint ?? null) : null,
      address: address === undefined ? null : formatAddress(address),
      port: 'port' in target ? target.port : null,
      protocol: connection?.protocol ?? null,
      method: target.kind === 'request' ? target.method : null,
      path: target.kind === 'request' ? target.path : null,
      rule: ruleOf(denial) ?? null,
      reason: describeDenial(denial),
      option: remedyOption(remedy) ?? null,
      yaml: remedyYaml(remedy) ?? null,
    }),
  );
}

/** The rule or exception that is about the host. */
function ruleOf(denial: Denial): string | undefined {
  if (denial.kind === 'other-port') return printRule(denial.rule);
  return denial.kind === 'excepted' ? printException(denial.exception) : undefined;
}
