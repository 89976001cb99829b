import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeSocketPair } from '../../host/files/new-descriptors.ts';
import { placeholderFor } from '../../requests/credential.ts';
import type { HeldOrigin } from '../../requests/held-origin.ts';
import { checkRequest, RequestRate } from '../../requests/request-rule.ts';
import { isHeaderValue, methodOf, settableHeader } from '../../requests/request-words.ts';
import { readSecretOf } from '../../requests/secret.ts';
import { nodeStreamCalls } from '../../walls/stream-calls.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { MAX_REQUEST } from '../frame.ts';
import { readOrigin, ruleOfOrigin, writeOrigin } from '../http/origin.ts';
import type { CountedOrigin, OriginRequests } from '../http/origin-requests.ts';
import { type OriginRule, originsLimit, secretsIn } from '../http/origins-limit.ts';
import { fixedLimit, type LimitsOf, needed } from '../limit.ts';
import { BrokerCalls } from '../net/asker.ts';
import { brokerLines } from '../net/broker-lines.ts';
import { attemptOf } from '../net/decide.ts';
import { defineService, type ServiceHost, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import {
  bytesShape,
  descriptorShape,
  integerShape,
  listShape,
  optionalShape,
  recordShape,
  textShape,
} from '../shape.ts';
import { mapOfWire, Passed, type Wire } from '../wire.ts';

const commands = ['request', 'connect'] as const;
const LONGEST_URL = 16_384;
const MOST_HEADERS = 256;

const headers = listShape(recordShape({ name: textShape(256), value: textShape(16_384) }), MOST_HEADERS);

const limits = {
  commands: commandsLimit(commands),
  origins: needed(
    originsLimit('The origins that are asked, and the requests to each, as rules of the network have them.'),
  ),
  authorities: fixedLimit(
    'A file in PEM with the authorities that count; by default those that Node brings.',
    textShape(4096, ['/etc/ssl/ca.pem']),
  ),
};

type Left = LimitsOf<typeof limits>;

/** Requests to servers, within rules, with secrets that the client does not have. */
export const httpService = defineService({
  name: 'http',
  about:
    'Makes requests to servers of HTTP: methods, paths, headers, lengths and rates within its limits. Secrets go out with them, and neither the client nor an answer has one.',
  holds:
    'the secrets of its origins, and a socket to the broker of the launcher, which connects to these origins alone',
  process: 'own',
  limits,
  calls: {
    request: serviceCall(
      'Makes a request, and gives the answer whole. A request beyond the limits fails with `ENOTCAPABLE`; one too many for `rate` is answered with status 429, and one to a server that gives no answer with 502.',
      {
        url: textShape(LONGEST_URL, ['https://api.example.org/v1/users?page=2']),
        method: optionalShape(textShape(32, ['GET'])),
        headers: optionalShape(headers),
        body: optionalShape(bytesShape(MAX_REQUEST)),
      },
      recordShape({ status: integerShape(0, 999), headers, body: bytesShape(0x100000) }),
    ),
    connect: serviceCall(
      'Gives a socket on which the client speaks HTTP/1.1 with an origin, without TLS, for bodies of any length. Each request on it is checked; the limits are those of now.',
      { origin: textShape(LONGEST_URL, ['https://api.example.org']) },
      recordShape({ stream: descriptorShape }),
    ),
  },
  state: null,
  walls: { calls: [...nodeStreamCalls, { call: 'shutdown' }] },
  hands: () => [{ protocol: 'stream', listening: false, connected: true }],
  resolve: (given, directory) => ({
    ...given,
    authorities: given.authorities && resolve(directory, given.authorities),
    origins: new Map([...given.origins].map(([origin, rule]) => [origin, resolved(rule, directory)])),
  }),
  asks: ({ origins }) => ({
    kind: 'network',
    rules: {
      allow: [...origins.keys()].flatMap((text) => {
        const origin = readOrigin(text);
        return origin === undefined ? [] : [ruleOfOrigin(origin)];
      }),
      except: [],
    },
    bind: [],
    limits: {},
  }),
  prepare: ({ origins, authorities }) => ({
    descriptors: {},
    data: new Map<Wire, Wire>([
      ['authorities', authorities === undefined ? null : readFileSync(authorities, 'utf8')],
      [
        'secrets',
        new Map(
          [...origins].flatMap(([origin, { credential }]) =>
            credential === undefined ? [] : [[origin, readSecretOf(credential.from)] as const],
          ),
        ),
      ],
    ]),
  }),
  start: ({ descriptors, data }, granted, host) => {
    const broker = new BrokerCalls(brokerLines(descriptors['launcher'] ?? -1, host));
    const secrets = secretsIn(data);
    const rates = new Map(
      [...granted.origins].map(([origin, { rule }]) => [origin, new RequestRate(rule.rate)]),
    );
    const made = new WeakMap<OriginRule, CountedOrigin>();
    const counted = (text: string, left: Left): CountedOrigin => {
      const origin = readOrigin(text);
      const written = origin && writeOrigin(origin);
      const rule = written === undefined ? undefined : left.origins.get(written);
      const rate = written === undefined ? undefined : rates.get(written);
      if (origin === undefined || written === undefined || rule === undefined || rate === undefined)
        throw new ServiceError('ENOTCAPABLE', 'The channel asks no such origin');
      const before = made.get(rule);
      if (before !== undefined) return before;
      const secret = secrets.get(written);
      const held: HeldOrigin = {
        grant: [...granted.origins.keys()].indexOf(written),
        name: origin.name,
        port: origin.port,
        rule: rule.rule,
        credential:
          rule.credential && secret !== undefined
            ? { secret, placeholder: placeholderFor(secret), placement: rule.credential.placement }
            : undefined,
        upstream: origin.tls ? 'tls' : 'plain',
      };
      const fresh = { origin: held, rate };
      made.set(rule, fresh);
      return fresh;
    };
    // Answers are decompressed on threads, none of which can be started behind the walls.
    process.getBuiltinModule('node:zlib').deflateRaw('', () => undefined);
    const loaded = loadRequests(broker, host, mapOfWire(data)?.get('authorities') ?? null);
    return {
      request: async ({ url, method = 'GET', headers: given = [], body }, { limits: left, signal }) => {
        requireCommand(left, 'request');
        const { origin: text, target } = splitUrl(url);
        const asked = counted(text, left);
        if (methodOf(method) === undefined)
          throw new ServiceError('EINVAL', `'method' expects a method in capitals such as GET`);
        const refusal = checkRequest(asked.origin.rule, method, target);
        const { maximumBody } = asked.origin.rule;
        const reason =
          refusal?.reason ??
          (maximumBody !== undefined && (body?.length ?? 0) > maximumBody
            ? `the body is longer than ${maximumBody} bytes`
            : undefined);
        if (reason !== undefined)
          throw new ServiceError('ENOTCAPABLE', `The channel asks no such thing: ${reason}`);
        return (await loaded()).ask(asked, { method, target, headers: checkedHeaders(given), body }, signal);
      },
      connect: async ({ origin }, { limits: left }) => {
        requireCommand(left, 'connect');
        const asked = counted(origin, left);
        const requests = await loaded();
        const [ours, theirs] = makeSocketPair();
        requests.serve(ours, asked);
        return { stream: new Passed(theirs) };
      },
    };
  },
});

function resolved(rule: OriginRule, directory: string): OriginRule {
  const { credential } = rule;
  if (credential?.from.kind !== 'file') return rule;
  const from = { kind: 'file', path: resolve(directory, credential.from.path) } as const;
  return { ...rule, credential: { ...credential, from } };
}

/** Loads the relay, which no other service needs. @returns Gives it, and fails as its loading has failed. */
function loadRequests(
  broker: BrokerCalls,
  host: ServiceHost,
  authorities: Wire,
): () => Promise<OriginRequests> {
  const loading = import('../http/origin-requests.ts').then(
    ({ OriginRequests }) =>
      new OriginRequests(
        async ({ name, port }) => {
          const attempt = attemptOf(name, port, 'tcp');
          return broker.connectFirst(attempt, await broker.find(attempt));
        },
        () => host.hold(),
        typeof authorities === 'string' ? [authorities] : undefined,
      ),
  );
  loading.catch(() => undefined);
  return () => loading;
}

/** Divides a URL into its origin and the target of a request. @throws ServiceError `EINVAL` */
function splitUrl(url: string): { readonly origin: string; readonly target: string } {
  const [, origin, target = ''] = /^(https?:\/\/[^/?#]+)([/?][^#]*)?$/i.exec(url) ?? [];
  if (origin === undefined)
    throw new ServiceError('EINVAL', `'url' expects one such as 'https://api.example.org/v1/users'`);
  return { origin, target: target.startsWith('/') ? target : `/${target}` };
}

type Header = { readonly name: string; readonly value: string };

/** @throws ServiceError `EINVAL` for headers that the service writes itself, and for malformed ones. */
function checkedHeaders(given: readonly Header[]): readonly Header[] {
  for (const { name, value } of given)
    if (settableHeader(name) === undefined || (value !== '' && !isHeaderValue(value)))
      throw new ServiceError('EINVAL', 'A header that is given cannot be set');
  return given;
}
