import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePlan, planToJson } from '../../../src/plan/explain.ts';
import { readGrants } from '../../../src/plan/grants.ts';
import { plan } from '../../../src/plan/plan.ts';
import { command, socket } from '../../../src/resources/constructors.ts';
import { rulesOf } from '../../../src/resources/hosts.ts';

const YAML = `!command
network:
  hosts: [registry.example.org:443, '*.com:443', metadata:80]
  except: [ads.com]
  limits: { bytes: 1 MiB }
`;

test('explain says what holds each rule and what a rule does not hold', () => {
  const text = describePlan(plan('/bin/true', readGrants(YAML, { file: 'g.yaml' })));
  for (const line of [
    '  registry.example.org:443  g.yaml:3:11',
    '     No other ports of it than TCP port 443: broker of the launcher',
    '  ads.com  g.yaml:4:12',
    '  No network but its own: network namespace',
    '  At most 1 MiB over the network in all: process that carries its connections',
  ])
    assert.ok(text.split('\n').includes(line), line);
  assert.match(text, /^A granted host can be used to carry data out/m);
  assert.match(text, /g\.yaml:3:37: Names under com are for all to have/);
  assert.match(text, /g\.yaml:3:50: Metadata services hand out keys/);
});

test('the JSON of a plan has each rule with its ports, its place and what holds it', () => {
  const { world } = planToJson(plan('/bin/true', readGrants(YAML, { file: 'g.yaml' })));
  const network = world?.network;
  assert.ok(network?.mode === 'hosts');
  assert.deepEqual(network.hosts[0], {
    rule: 'registry.example.org:443',
    protocol: 'tcp',
    ports: [[443, 443]],
    position: { file: 'g.yaml', line: 3, column: 11 },
    enforcement: [
      { limit: 'No other host', by: ['broker of the launcher'] },
      { limit: 'No other ports of it than TCP port 443', by: ['broker of the launcher'] },
    ],
    notes: network.hosts[0]?.notes,
  });
  assert.deepEqual(network.except, [{ rule: 'ads.com', position: { file: 'g.yaml', line: 4, column: 12 } }]);
  assert.doesNotThrow(() => JSON.parse(JSON.stringify(network)));
});

test('a program with rules of hosts finds a resolver, and no file of the names of this host', () => {
  for (const base of ['minimal', 'system'] as const) {
    const made = plan('/bin/true', command({ base, network: { hosts: ['a.example.org:443'] } }));
    assert.ok(made.kind === 'linux');
    const text = (at: string): string | undefined => {
      const entry = made.linux.entries.find((one) => one.at === at);
      return entry?.kind === 'text' ? String(entry.content) : undefined;
    };
    assert.equal(text('/etc/resolv.conf'), 'nameserver 198.18.0.1\n');
    assert.match(text('/etc/nsswitch.conf') ?? '', /^hosts: files dns$/m);
    assert.equal(text('/etc/hosts'), '127.0.0.1 localhost\n::1 localhost\n');
  }
});

test('a TCP socket of the host is not handed to a program with rules of hosts', () => {
  const options = {
    descriptors: { 3: socket({ bind: '127.0.0.1:0' }) },
    network: { hosts: ['a.example.org:443'] },
  };
  assert.throws(() => plan('/bin/true', command(options)), /publish a port instead/);
});

test('explain says what a rule allows of requests, and where its secret goes', () => {
  const document = `!command
network:
  hosts:
    - GET,HEAD registry.example.org:443
    - host: api.example.org:443
      methods: [POST]
      paths: [/v1/messages]
      credential: { environment: API_KEY, as: { header: x-api-key } }
    - host: local.example.org:8443
      at: 8080
`;
  const text = describePlan(plan('/bin/true', readGrants(document, { file: 'g.yaml' })));
  for (const line of [
    '  registry.example.org:443  g.yaml:4:7',
    '     No methods but GET, HEAD: process that holds its requests',
    '     No paths but /v1/messages: process that holds its requests',
    '     It does not see the secret, not in answers either: process that holds its requests',
    "     The secret in this environment's API_KEY goes out as the header x-api-key; the program sees a placeholder in API_KEY.",
    '     It is served without TLS at 127.0.0.1:8080 of the program.',
  ])
    assert.ok(text.split('\n').includes(line), line);
});

test('limits on requests are for hosts that have a name, over TCP', () => {
  const mistakes = (hosts: string): string => {
    try {
      plan('/bin/true', readGrants(`!command\nnetwork: { hosts: ${hosts} }\n`, { file: 'g.yaml' }));
      return '';
    } catch (error) {
      return String(error);
    }
  };
  assert.equal(mistakes("['GET *.example.org:443']"), '');
  assert.match(mistakes("['GET 10.0.0.1:80']"), /names its host/);
  assert.match(mistakes("['GET public:443']"), /names its host/);
  assert.match(mistakes("['GET a.example.org:443/udp']"), /is for tcp/);
  assert.match(mistakes("['GET a.example.org']"), /has no port/);
  assert.match(mistakes("[{ host: '*.example.org:443', at: 80 }]"), /names one host and one port/);
  assert.match(
    mistakes("[{ host: 'a.example.org:443', method: [GET] }]"),
    /Unknown key 'method'.*did you mean 'methods'/s,
  );
});

test('a rule with limits on requests comes before a wider one', () => {
  const made = plan(
    '/bin/true',
    command({ network: { hosts: ['**.example.org:443', 'GET a.example.org:443'] } }),
  );
  assert.ok(made.kind === 'linux' && made.linux.network.mode === 'hosts');
  assert.deepEqual(
    rulesOf(made.linux.network).allow.map(({ host }) => host.kind),
    ['name', 'labels'],
  );
});
