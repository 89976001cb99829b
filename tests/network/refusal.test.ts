import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/network/address.ts';
import { decide, decideAddresses } from '../../src/network/decide.ts';
import { parseRule } from '../../src/network/parse-rule.ts';
import {
  type ConnectionRefusal,
  connectionRefusalToJson,
  formatConnectionRefusal,
} from '../../src/network/refusal.ts';
import type { NetworkRules } from '../../src/network/rule.ts';
import type { Attempt } from '../../src/network/verdict.ts';

const time = new Date(0);
const rules: NetworkRules = { allow: [parseRule('a.example.org:443').value ?? assert.fail()], except: [] };

function refusal(attempt: Attempt, executable: string): ConnectionRefusal {
  const first = decide(rules, attempt);
  const inner = parseAddress('10.0.0.1') ?? assert.fail();
  const verdict = first.kind === 'resolve' ? decideAddresses(rules, attempt, first.rule, [inner]) : first;
  assert.ok(verdict.kind === 'refused');
  const { host, port, protocol } = attempt;
  const name = host.kind === 'name' ? host.name : undefined;
  const address = host.kind === 'address' ? host.address : undefined;
  return {
    ...verdict,
    time,
    process: { pid: 7, executable },
    target: { kind: 'connection', name, address, port, protocol },
  };
}

test('a refused connection is one line with the change that would grant it, in the words of the user', () => {
  const other = refusal(
    { host: { kind: 'name', name: 'b.example.org' }, port: 80, protocol: 'tcp' },
    '/usr/bin/npm',
  );
  const line =
    '1970-01-01T00:00:00.000Z /usr/bin/npm (7): connection to b.example.org:80 refused: no rule grants it; ';
  assert.equal(formatConnectionRefusal(other, 'option'), `${line}--net b.example.org:80`);
  assert.equal(formatConnectionRefusal(other, 'yaml'), `${line}network: { hosts: [b.example.org:80] }`);
});

test('a limit says if connections beyond it were refused, or waited', () => {
  const reached = (limit: string): string =>
    formatConnectionRefusal(
      {
        time,
        process: undefined,
        target: { kind: 'limit' },
        denial: { kind: 'limit', limit },
        remedy: { kind: 'none' },
      },
      'option',
    );
  assert.match(
    reached('connections'),
    /further connections or bytes refused: the limit 'connections' was reached$/,
  );
  for (const limit of ['connections_per_second', 'bytes_per_second'])
    assert.match(
      reached(limit),
      /further connections or bytes delayed or refused: the limit '\w+' was reached$/,
    );
});

test('the name of a process cannot forge lines', () => {
  const forged = refusal(
    { host: { kind: 'name', name: 'b.example.org' }, port: 80, protocol: 'tcp' },
    '/a\n\x1b[2Jb',
  );
  for (const text of [formatConnectionRefusal(forged, 'option'), connectionRefusalToJson(forged)])
    assert.doesNotMatch(text, /\p{C}/u);
});

test('the JSON of a refusal has the rule, the address and both spellings of the remedy', () => {
  const found: unknown = JSON.parse(
    connectionRefusalToJson(
      refusal({ host: { kind: 'name', name: 'a.example.org' }, port: 443, protocol: 'tcp' }, '/bin/curl'),
    ),
  );
  assert.deepEqual(found, {
    time: '1970-01-01T00:00:00.000Z',
    kind: 'connection',
    process: { pid: 7, executable: '/bin/curl' },
    name: 'a.example.org',
    address: '10.0.0.1',
    port: 443,
    protocol: 'tcp',
    key: null,
    method: null,
    path: null,
    rule: null,
    reason: 'its address 10.0.0.1 is private, and no rule grants that address',
    option: '--net 10.0.0.1:443',
    yaml: 'network: { hosts: [10.0.0.1:443] }',
  });
});
