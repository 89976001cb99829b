import { parseAddress } from '../network/address.ts';
import { unmapped } from '../network/embedded.ts';
import { parseRule } from '../network/parse-rule.ts';
import type { NetworkRule } from '../network/rule.ts';
import type { Attempt } from '../network/verdict.ts';
import type { ConnectUse, Use } from '../plan/why/use.ts';
import { type Option, type ParsedOptions, UsageError } from './options.ts';

/** The options of `cloudabi why` that ask about something. */
export const useOptions: readonly Option[] = [
  {
    name: '--read',
    value: 'PATH',
    repeat: true,
    bytes: true,
    help: 'May it read the file, or list the directory, PATH?',
  },
  {
    name: '--write',
    value: 'PATH',
    repeat: true,
    bytes: true,
    help: 'May it change the file PATH, make it where there is none, or make something in the directory PATH?',
  },
  { name: '--exec', value: 'PATH', repeat: true, bytes: true, help: 'May it start the program PATH?' },
  {
    name: '--connect',
    value: 'HOST:PORT',
    repeat: true,
    help: 'May it connect to HOST, or with HOST:PORT/udp send datagrams there?',
  },
  { name: '--bind', value: 'PORT', repeat: true, help: 'May it listen on the TCP port PORT?' },
  { name: '--socket', value: 'PATH', repeat: true, help: 'May it connect to the UNIX socket PATH?' },
];

/**
 * Reads the questions of a command line.
 *
 * @throws UsageError
 */
export function usesOf(given: ParsedOptions): readonly Use[] {
  const paths = (['read', 'write', 'exec'] as const).flatMap((kind) =>
    given.all(`--${kind}`).map((path): Use => ({ kind, path: nonEmpty(kind, path) })),
  );
  return [
    ...paths,
    ...given.all('--connect').map(connectUse),
    ...given.all('--bind').map((text): Use => ({ kind: 'bind', port: portOf(text) })),
    ...given.all('--socket').map((path): Use => ({ kind: 'socket', path: nonEmpty('socket', path) })),
  ];
}

function nonEmpty(kind: string, path: string): string {
  if (path === '') throw new UsageError(`--${kind} takes a path, not ''`);
  return path;
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw new UsageError(`--bind takes a TCP port from 1 to 65535, not '${text}'`);
}

/** A question is written as a rule is that grants one host and one port. */
function connectUse(text: string): ConnectUse {
  const form = 'one host and one port, such as registry.example.org:443 or 192.0.2.1:53/udp';
  const parsed = parseRule(text);
  if (parsed.problem) {
    const literal = literalOf(text);
    if (literal !== undefined) return { kind: 'connect', text, attempt: literal };
    throw new UsageError(`--connect takes ${form}: ${parsed.problem.message}`);
  }
  const { ports, protocol } = parsed.value;
  const host = hostOf(parsed.value);
  const [only, ...more] = ports;
  if (host === undefined || only === undefined || more.length > 0 || only.first !== only.last)
    throw new UsageError(`--connect takes ${form}, not '${text}'`);
  return { kind: 'connect', text, attempt: { host, port: only.first, protocol } };
}

function hostOf({ host }: NetworkRule): Attempt['host'] | undefined {
  switch (host.kind) {
    case 'name':
      return { kind: 'name', name: host.name };
    case 'localhost':
      return { kind: 'name', name: 'localhost' };
    case 'prefix': {
      const { address, bits } = host.prefix;
      const whole = bits === (address.family === 'ipv4' ? 32 : 128);
      return whole ? { kind: 'address', address: unmapped(address) } : undefined;
    }
    default:
      return undefined;
  }
}

/** Addresses that no rule may name can be asked about all the same: 127.0.0.1. */
function literalOf(text: string): Attempt | undefined {
  const [, host = '', port = '', protocol] = /^(.+):(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const address = parseAddress(host);
  const number = Number(port);
  if (address === undefined || number < 1 || number > 65535) return undefined;
  return { host: { kind: 'address', address }, port: number, protocol: protocol === 'udp' ? 'udp' : 'tcp' };
}
