import assert from 'node:assert/strict';
import { test } from 'node:test';
import { servedPorts } from '../../src/network/ports.ts';
import { printException, printRule } from '../../src/network/print-rule.ts';
import { readGrants } from '../../src/plan/grants.ts';
import type { Command } from '../../src/resources/command.ts';
import { command } from '../../src/resources/constructors.ts';
import { type HostsGrant, rulesOf } from '../../src/resources/hosts.ts';

/** A grant as texts, without places. */
function textsOf(found: unknown): unknown {
  const network = (found as Command).parts.linux.network;
  assert.ok(network?.mode === 'hosts');
  const { hosts, except, resolver, limits, publish } = network;
  return {
    hosts: hosts.map(({ rule }) => printRule(rule)),
    except: except.map(({ rule }) => printException(rule)),
    resolver,
    limits,
    publish,
  };
}

const YAML = `!command
network:
  hosts:
    - Registry.Example.org:443
    - '*.example.org:80,443'
    - { host: '10.0.0.0/8', ports: [53, 8000-8010], protocol: udp }
    - { host: db, ports: 5432 }
  except: [ads.example.org, { host: 10.1.0.0/16, ports: 53, protocol: udp }, { host: metadata }]
  resolver: '[2001:db8::53]:5353'
  limits: { connections: 100, connections_per_second: 20, bytes_per_second: 1 MiB, bytes: 10 GiB }
  publish: { 8080: 3000 }
`;

test('a document and the API grant hosts alike', () => {
  const fromDocument = textsOf(readGrants(YAML).content);
  const fromOptions = textsOf(
    command({
      network: {
        hosts: [
          'registry.example.org:443',
          '*.example.org:443,80',
          { host: '10.0.0.0/8', ports: [53, '8000-8010'], protocol: 'udp' },
          { host: 'db', ports: '5432' },
        ],
        except: ['ads.example.org', '10.1.0.0/16:53/udp', 'metadata'],
        resolver: '[2001:db8::53]:5353',
        limits: {
          connections: 100,
          connectionsPerSecond: 20,
          bytesPerSecond: 2 ** 20,
          bytes: '10 GiB',
        },
        publish: { 8080: 3000 },
      },
    }),
  );
  assert.deepEqual(fromDocument, fromOptions);
  assert.deepEqual(fromDocument, {
    hosts: ['registry.example.org:443', '*.example.org:80,443', '10.0.0.0/8:53,8000-8010/udp', 'db:5432'],
    except: ['ads.example.org', '10.1.0.0/16:53/udp', 'metadata'],
    resolver: {
      address: { family: 'ipv6', bytes: [32, 1, 13, 184, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 83] },
      port: 5353,
    },
    limits: { connections: 100, connectionsPerSecond: 20, bytesPerSecond: 2 ** 20, bytes: 10 * 2 ** 30 },
    publish: [{ hostPort: 8080, port: 3000 }],
  });
});

test('each rule keeps its place in the document', () => {
  const { network } = (readGrants(YAML).content as Command).parts.linux;
  const { hosts, except } = network as HostsGrant;
  assert.deepEqual(
    [...hosts, ...except].map(({ position }) => [position?.line, position?.column]),
    [
      [4, 7],
      [5, 7],
      [6, 7],
      [7, 7],
      [8, 12],
      [8, 29],
      [8, 78],
    ],
  );
});

test('a network serves the ports of its rules, those of localhost at the loopback alone', () => {
  const { network } = command({
    network: { hosts: ['a.example.org:80,443', 'localhost:5432,80', '9.9.9.9:53/udp', 'public:442-444'] },
  }).parts.linux;
  assert.ok(network?.mode === 'hosts');
  assert.deepEqual(servedPorts(rulesOf(network).allow), {
    tcp: [80, 442, 443, 444],
    udp: [53],
    localTcp: [5432],
    localUdp: [],
  });
});

test('the resolver is an address, with the port of DNS unless it says another', () => {
  const resolver = (text: string) => {
    const { network } = command({ network: { hosts: [], resolver: text } }).parts.linux;
    return network?.mode === 'hosts' ? network.resolver : undefined;
  };
  assert.deepEqual(resolver('192.0.2.1'), { address: { family: 'ipv4', bytes: [192, 0, 2, 1] }, port: 53 });
  assert.equal(resolver('127.0.0.1:5300')?.port, 5300);
  assert.equal(resolver('[::1]')?.port, 53);
  for (const text of [
    '::1:53',
    '127.1:53',
    '192.0.2.1:0',
    '192.0.2.1:65536',
    'a:53',
    '[::1',
    '192.0.2.1:53 ',
  ])
    assert.throws(() => resolver(text), { code: 'bad_configuration' }, text);
});
