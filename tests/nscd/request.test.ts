import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_KEY, RequestKind, readRequest } from '../../src/nscd/request.ts';
import { requestOf } from '../frame/nscd/c-library.ts';

test('requests of the C library are read as the questions that they are', () => {
  const questions: readonly (readonly [number, Uint8Array | string, object])[] = [
    [RequestKind.GETPWBYNAME, 'root', { kind: 'user', name: 'root' }],
    [RequestKind.GETPWBYUID, '1000', { kind: 'user id', id: 1000 }],
    [RequestKind.GETGRBYNAME, 'wheel', { kind: 'group', name: 'wheel' }],
    [RequestKind.GETGRBYGID, '4294967295', { kind: 'group id', id: 0xffff_ffff }],
    [RequestKind.INITGROUPS, 'alice', { kind: 'groups', user: 'alice' }],
    [RequestKind.GETHOSTBYNAME, 'a.example', { kind: 'host', name: 'a.example', family: 'ipv4' }],
    [RequestKind.GETHOSTBYNAMEv6, 'a.example', { kind: 'host', name: 'a.example', family: 'ipv6' }],
    [RequestKind.GETAI, 'a.example', { kind: 'host', name: 'a.example', family: 'both' }],
    [
      RequestKind.GETHOSTBYADDR,
      Buffer.from([1, 2, 3, 4]),
      { kind: 'address', family: 'ipv4', bytes: Buffer.from([1, 2, 3, 4]) },
    ],
    [RequestKind.GETSERVBYNAME, 'ssh/tcp', { kind: 'service', name: 'ssh', protocol: 'tcp' }],
    [RequestKind.GETSERVBYNAME, 'ssh/', { kind: 'service', name: 'ssh', protocol: '' }],
    // The port stands as in memory: 22 is 0x1600.
    [RequestKind.GETSERVBYPORT, '5632/tcp', { kind: 'port', port: 22, protocol: 'tcp' }],
  ];
  for (const [type, key, question] of questions)
    assert.deepEqual(readRequest(requestOf(type, key)), { kind: 'question', type, question });
});

test('a request that has not come whole waits for more', () => {
  const whole = requestOf(RequestKind.GETPWBYNAME, 'root');
  for (let length = 0; length < whole.length; length++)
    assert.deepEqual(readRequest(whole.subarray(0, length)), { kind: 'incomplete' });
});

test('bytes that are no request are malformed, before a key is kept', () => {
  const changed = (at: number, value: number): Buffer => {
    const bytes = requestOf(RequestKind.GETPWBYNAME, 'root');
    bytes.writeInt32LE(value, at);
    return bytes;
  };
  const malformed: readonly Buffer[] = [
    changed(0, 1),
    changed(0, 3),
    changed(4, -1),
    changed(4, 22),
    changed(8, -1),
    changed(8, MAX_KEY + 1),
    changed(8, 4),
    Buffer.concat([requestOf(RequestKind.GETPWBYNAME, 'root'), Buffer.of(0)]),
    requestOf(RequestKind.GETPWBYNAME, Buffer.from('root')),
    requestOf(RequestKind.GETPWBYNAME, Buffer.from('ro\0ot\0')),
    requestOf(RequestKind.GETPWBYNAME, Buffer.of(0xff, 0)),
    requestOf(RequestKind.GETPWBYNAME, Buffer.of()),
    requestOf(RequestKind.GETPWBYUID, '-1'),
    requestOf(RequestKind.GETPWBYUID, '4294967296'),
    requestOf(RequestKind.GETPWBYUID, '0x10'),
    requestOf(RequestKind.GETHOSTBYADDR, Buffer.alloc(16)),
    requestOf(RequestKind.GETHOSTBYADDRv6, Buffer.alloc(4)),
    requestOf(RequestKind.GETSERVBYNAME, 'ssh'),
    requestOf(RequestKind.GETSERVBYPORT, '65536/tcp'),
  ];
  for (const bytes of malformed)
    assert.deepEqual(readRequest(bytes), { kind: 'malformed' }, bytes.toString('hex'));
});

test('requests for shared memory, for control and for netgroups are no questions', () => {
  for (const type of [8, 9, 10, 11, 12, 13, 18, 19, 20, 21])
    assert.deepEqual(readRequest(requestOf(type, 'passwd')), { kind: 'other', type });
});
