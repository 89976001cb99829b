import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { executable } from '../frame/cli/commands.ts';
import { makeFolder } from '../frame/programs.ts';

const NAMES: Readonly<Record<string, string>> = {
  '2.100.51.198': 'first.example',
  '2.2.0.192': 'host.example',
};

/** A server of names for addresses in the program's network, which counts what it is asked; then the command. */
const world = `
  const { createSocket } = require('node:dgram');
  const { spawn } = require('node:child_process');
  const names = ${JSON.stringify(NAMES)};
  const asked = new Set();
  const server = createSocket('udp4').bind(5353, '127.0.0.1', () => {
    const child = spawn(process.argv[1], process.argv.slice(2), { stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('exit', (code) => {
      console.log('asked for types', [...asked].join());
      process.exit(code ?? 1);
    });
  });
  server.on('message', (message, { port, address }) => {
    const labels = [];
    let at = 12;
    while (message[at] !== 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + message[at]));
      at += message[at] + 1;
    }
    asked.add(message.readUInt16BE(at + 1));
    const name = names[labels.slice(0, 4).join('.')];
    const target = (name ?? '').split('.').flatMap((label) => [label.length, ...Buffer.from(label)]).concat(0);
    const head = Buffer.from([message[0], message[1], 0x81, name === undefined ? 0x83 : 0x80, 0, 1, 0, name === undefined ? 0 : 1, 0, 0, 0, 0]);
    const answer = name === undefined ? [] : [0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60, 0, target.length, ...target];
    server.send(Buffer.concat([head, message.subarray(12, at + 5), Buffer.from(answer)]), port, address);
  });`;

const tools = spawnSync('sh', ['-c', 'command -v ip unshare nsenter'], { encoding: 'utf8' });
const why =
  process.getuid?.() !== 0
    ? 'networks of namespaces and raw sockets need root'
    : tools.status === 0
      ? false
      : 'there is no ip, unshare or nsenter';

test('traceroute finds the routers of a network of namespaces, with sockets and names of services', {
  skip: why,
}, (t) => {
  const folder = makeFolder(t);
  for (const name of ['traceroute.ts', 'network.sh'])
    copyFileSync(join('examples/traceroute', name), join(folder, name));
  const grants = readFileSync('examples/traceroute/grants.yaml', 'utf8');
  writeFileSync(
    join(folder, 'grants.yaml'),
    grants.replace('  dns:\n', "  dns:\n    resolver: '127.0.0.1:5353'\n"),
  );
  const command = [process.execPath, '-e', world, process.execPath, resolve(executable('cloudabi'))];
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['--net', 'sh', 'network.sh', ...command, 'run', '--config', 'grants.yaml', 'traceroute.ts'],
    { cwd: folder, encoding: 'utf8', timeout: 300_000 },
  );
  // 12 is PTR: the name of an address.
  assert.deepEqual(
    [stdout.split('\n'), stderr, status],
    [
      [
        '1  first.example (198.51.100.2)',
        '2  198.51.100.6 (198.51.100.6)',
        '3  host.example (192.0.2.2)',
        'asked for types 12',
        '',
      ],
      '',
      0,
    ],
  );
});
