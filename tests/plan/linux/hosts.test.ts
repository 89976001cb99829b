import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describePlan, planToJson } from '../../../src/plan/explain.ts';
import { plan } from '../../../src/plan/plan.ts';
import { command, socket } from '../../../src/resources/constructors.ts';
import { readGrants } from '../../../src/resources/document.ts';

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
      return entry?.kind === 'text' ? entry.content : undefined;
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
