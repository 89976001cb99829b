import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SecureContext } from 'node:tls';
import { coversHost } from '../../network/covers.ts';
import { parseHost } from '../../network/parse-host.ts';
import { nodeStreamCalls } from '../../walls/stream-calls.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { fixedLimit, needed, setLimit } from '../limit.ts';
import { hostsLimit } from '../network-limits.ts';
import { defineService, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import {
  descriptorShape,
  listShape,
  nullableShape,
  optionalShape,
  recordShape,
  textShape,
} from '../shape.ts';
import { Tunnels } from '../tls/tunnel.ts';
import { mapOfWire, Passed } from '../wire.ts';

const commands = ['connect', 'accept'] as const;
const pathShape = textShape(4096, ['/etc/ssl/key.pem']);
const protocol = textShape(255, ['h2', 'http/1.1']);
const protocols = optionalShape(listShape(protocol, 16));
const name = textShape(253, ['example.org']);

/** Connections that are encrypted by the service: the client reads and writes plain bytes. */
export const tlsService = defineService({
  name: 'tls',
  about:
    'Encrypts connections: the client hands a connected socket over, and gets one back on which it reads and writes plain bytes. The certificate of a server is always checked, for a name within the limits. A server gets neither its private key nor the keys of connections.',
  holds: 'the certificates of the authorities, and for servers a certificate and its private key',
  process: 'own',
  limits: {
    commands: commandsLimit(commands),
    names: needed(hostsLimit('The names of the servers that `connect` speaks to; an empty list for none.')),
    protocols: setLimit('The protocols that can be agreed on (ALPN).', protocol, { most: 16 }),
    authorities: fixedLimit(
      'A file in PEM with the authorities that count; by default those that Node brings.',
      pathShape,
    ),
    certificate: fixedLimit('The file in PEM with the certificates of `accept`.', pathShape),
    key: fixedLimit('The file in PEM with its private key.', pathShape),
  },
  calls: {
    connect: serviceCall(
      'Makes the handshake of a client with a server of this name, and gives the plain socket.',
      { socket: descriptorShape, name, protocols },
      recordShape({ stream: descriptorShape, protocol: nullableShape(protocol) }),
    ),
    accept: serviceCall(
      'Makes the handshake of a server. `name` is the one that the client has asked for.',
      { socket: descriptorShape, protocols },
      recordShape({
        stream: descriptorShape,
        protocol: nullableShape(protocol),
        name: nullableShape(name),
      }),
    ),
  },
  state: null,
  walls: { calls: [...nodeStreamCalls, { call: 'shutdown' }] },
  resolve: (given, directory) => ({
    ...given,
    authorities: given.authorities && resolve(directory, given.authorities),
    certificate: given.certificate && resolve(directory, given.certificate),
    key: given.key && resolve(directory, given.key),
  }),
  hands: () => [{ protocol: 'stream', listening: false, connected: true }],
  prepare: ({ authorities, certificate, key }) => {
    if ((certificate === undefined) !== (key === undefined))
      throw new Error("Limits 'certificate' and 'key' of service tls go together");
    const texts = Object.entries({ authorities, certificate, key }).flatMap(([kind, path]) =>
      path === undefined ? [] : [[kind, readFileSync(path, 'utf8')] as const],
    );
    return { descriptors: {}, data: new Map(texts) };
  },
  start: ({ data }, _, host) => {
    const tls = process.getBuiltinModule('node:tls');
    const textOf = (kind: string): string | undefined => {
      const text = mapOfWire(data)?.get(kind);
      return typeof text === 'string' ? text : undefined;
    };
    const ca = textOf('authorities');
    // Everything is read and parsed before the walls go up.
    const asClient = tls.createSecureContext(ca === undefined ? {} : { ca });
    const cert = textOf('certificate');
    const asServer: SecureContext | undefined =
      cert === undefined ? undefined : tls.createSecureContext({ cert, key: textOf('key') });
    const tunnels = new Tunnels(() => host.hold());
    return {
      connect: async ({ socket, name: server, protocols: wanted }, { limits, signal }) => {
        requireCommand(limits, 'connect');
        const { value } = parseHost(server);
        const isName = value?.kind === 'name';
        if (!isName) throw new ServiceError('EINVAL', `'name' expects the name of a server`);
        if (!limits.names.some((allowed) => coversHost(allowed, value)))
          throw new ServiceError('ENOTCAPABLE', 'The channel speaks to no server of this name');
        const secure = tls.connect({
          socket: tunnels.take(socket),
          secureContext: asClient,
          servername: value.name,
          host: value.name,
          rejectUnauthorized: true,
          ALPNProtocols: agreeable(wanted, limits.protocols),
        });
        const stream = await tunnels.open(secure, 'secureConnect', signal);
        return { stream: new Passed(stream), protocol: agreed(secure.alpnProtocol) };
      },
      accept: async ({ socket, protocols: wanted }, { limits, signal }) => {
        requireCommand(limits, 'accept');
        if (asServer === undefined)
          throw new ServiceError('ENOTCAPABLE', 'The channel has no certificate: its grant lacks one');
        const offered = agreeable(wanted, limits.protocols);
        const secure = new tls.TLSSocket(tunnels.take(socket), {
          isServer: true,
          secureContext: asServer,
          ...(offered.length > 0 && { ALPNProtocols: offered }),
        });
        const stream = await tunnels.open(secure, 'secure', signal);
        return {
          stream: new Passed(stream),
          protocol: agreed(secure.alpnProtocol),
          name: agreed(Reflect.get(secure, 'servername')),
        };
      },
    };
  },
});

/** @throws ServiceError for a protocol beyond the limits. */
function agreeable(wanted: readonly string[] | undefined, allowed: readonly string[] | undefined): string[] {
  const beyond = wanted?.find((one) => allowed?.includes(one) === false);
  if (beyond !== undefined)
    throw new ServiceError('ENOTCAPABLE', 'The channel agrees on no protocol of this name');
  return [...(wanted ?? allowed ?? [])];
}

function agreed(found: unknown): string | null {
  return typeof found === 'string' && found !== '' ? found : null;
}
