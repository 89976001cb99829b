import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import type { OnConnect } from '../../src/network/question.ts';
import { command, type HostsOptions, pipe } from '../../src/resources/constructors.ts';
import { launch } from '../../src/run/launch.ts';
import { serve } from '../frame/broker/hosts.ts';
import { ownResolver } from '../frame/broker/own-resolver.ts';

/** Starts JavaScript in Node with a network. */
function start(
  network: HostsOptions,
  source: string,
  onConnect?: OnConnect,
): { readonly started: ReturnType<typeof launch>; readonly output: Readable } {
  const stdout = pipe('write');
  const started = launch(
    process.execPath,
    command({ base: 'system', arguments: ['-e', source], network, stdout }),
    onConnect === undefined ? {} : { onConnect },
  );
  return { started, output: stdout.stream };
}

test('a rule that is added counts from the next connection on, and one that is withdrawn ends those that are open', async (t) => {
  const { port } = await serve(t, (socket) => socket.pipe(socket));
  const source = `
    const { connect } = require('net');
    const again = () => {
      const socket = connect(${port}, '127.0.0.1', () => console.log('connected'))
        .on('error', (error) => {
          if (error.code === 'ECONNRESET') { console.log('reset'); process.exit(0); }
          if (!again.said) console.log(again.said = 'refused');
          setTimeout(again, 20);
        });
    };
    again();`;
  const { started, output } = start({ hosts: ['localhost:1'] }, source);
  const lines: string[] = [];
  output.on('data', (data) => lines.push(...String(data).trim().split('\n')));
  await once(output, 'data');
  assert.deepEqual(lines, ['refused']);
  assert.throws(() => started.network?.allow('localhost'), RangeError);
  assert.throws(() => started.network?.allow('192.0.2.1:53/udp'), /from the start/);
  started.network?.allow(`localhost:${port}`);
  assert.deepEqual(started.network?.hosts, ['localhost:1', `localhost:${port}`]);
  await once(output, 'data');
  started.network?.deny(`localhost:${port}`);
  await started.exited;
  assert.deepEqual(lines, ['refused', 'connected', 'reset']);
});

test('a connection that no rule allows waits for an answer, which is asked for once and kept', async (t) => {
  const { at, asked } = await ownResolver(t, { 'svc.example.org': [['127.0.0.1']] });
  const questions: string[] = [];
  const { port } = await serve(t, (socket) => socket.end('served'));
  const source = `
    const { connect } = require('net');
    const one = (host, port) => new Promise((resolve) => connect(port, host)
      .on('data', (data) => resolve(String(data))).on('error', (error) => resolve(error.code)));
    (async () => {
      console.log(...await Promise.all([1, 2, 3].map(() => one('svc.example.org', ${port}))));
      console.log(await one('other.example.org', 443), await one('other.example.org', 443));
    })();`;
  const network = { hosts: [`127.0.0.1:${port}`], resolver: at };
  const { started, output } = start(network, source, async ({ rule, process: found }) => {
    questions.push(rule);
    assert.equal(found?.executable, process.execPath);
    return rule.startsWith('svc.');
  });
  assert.equal(await text(output), 'served served served\nECONNRESET ECONNRESET\n');
  await started.exited;
  assert.deepEqual(questions, [`svc.example.org:${port}`, 'other.example.org:443']);
  assert.ok(!asked.includes('other.example.org'), 'a name was looked up before the answer');
});

test('a program cannot flood a person with questions', async () => {
  let count = 0;
  const source = `
    const { connect } = require('net');
    let left = 60;
    for (let i = 0; i < 60; i++)
      connect(443, 'host' + i + '.example.org').on('error', () => { if (--left === 0) console.log('done'); });`;
  const { started, output } = start({ hosts: ['localhost:1'] }, source, () => {
    count++;
    return false;
  });
  assert.equal(await text(output), 'done\n');
  await started.exited;
  assert.ok(count > 0 && count <= 30, `${count} questions`);
});

test('an answer for once is for the connection that waits, or for the next one', async (t) => {
  const { port } = await serve(t, (socket) => socket.resume().end('served'));
  const source = `
    const one = (port) => new Promise((resolve) => require('net').connect(port, '127.0.0.1')
      .on('data', (data) => resolve(String(data))).on('error', (error) => resolve(error.code)));
    (async () => {
      const first = await one(${port});
      const second = await one(${port});
      console.log(first, second, await one(${port}));
    })();`;
  const answers: ('once' | false)[] = ['once', 'once', false];
  const questions: string[] = [];
  const { started, output } = start({ hosts: [`192.0.2.1:${port}`] }, source, ({ rule }) => {
    questions.push(rule);
    return answers.shift() ?? false;
  });
  assert.equal(await text(output), 'served served ECONNRESET\n');
  await started.exited;
  assert.deepEqual(questions, Array(3).fill(`localhost:${port}`));
  assert.deepEqual(started.network?.hosts, [`192.0.2.1:${port}`]);
});

/** A server of datagrams on the host's loopback that sends each one back. */
async function echoDatagrams(t: TestContext): Promise<number> {
  const echo = createSocket('udp4');
  echo.on('message', (data, from) => echo.send(`echo ${String(data)}`, from.port, from.address));
  echo.bind(0, '127.0.0.1');
  await once(echo, 'listening');
  t.after(() => echo.close());
  return echo.address().port;
}

/** A program that sends datagrams to a port again and again, and prints the first answer, and when there are none any more. */
const sender = (port: number): string => `
  const socket = require('dgram').createSocket('udp4');
  let quiet = 0, heard = false;
  socket.on('message', (data) => {
    if (!heard) console.log(String(data));
    heard = true;
    quiet = 0;
  }).on('error', () => undefined);
  setInterval(() => {
    if (heard && ++quiet === 50) { console.log('silence'); process.exit(0); }
    socket.send('x', ${port}, '127.0.0.1', () => undefined);
  }, 20);
  console.log('begun');`;

test('a port of UDP that is allowed while the program runs leads to its host, and no more when it is denied', async (t) => {
  const port = await echoDatagrams(t);
  const { started, output } = start({ hosts: ['localhost:1'] }, sender(port));
  const lines: string[] = [];
  output.on('data', (data) => lines.push(...String(data).trim().split('\n')));
  await once(output, 'data');
  assert.deepEqual(lines, ['begun']);
  started.network?.allow(`localhost:${port}/udp`);
  while (!lines.includes('echo x')) await once(output, 'data');
  assert.deepEqual(started.network?.connections, [`127.0.0.1:${port}/udp`]);
  started.network?.deny(`localhost:${port}/udp`);
  assert.equal((await started.exited).kind, 'exited');
  assert.deepEqual(lines, ['begun', 'echo x', 'silence']);
});

test('a port of UDP that nothing serves is asked about, and granted for what is sent after the answer', async (t) => {
  const port = await echoDatagrams(t);
  const questions: string[] = [];
  const { started, output } = start({ hosts: ['localhost:1'] }, sender(port), ({ rule }) => {
    questions.push(rule);
    return true;
  });
  const lines: string[] = [];
  output.on('data', (data) => lines.push(...String(data).trim().split('\n')));
  while (!lines.includes('echo x')) await once(output, 'data');
  assert.deepEqual(questions, [`localhost:${port}/udp`]);
  started.kill();
  await started.exited;
});

test('ports of UDP that are added while a program runs are few, not its own, and served as soon as they are allowed', async (t) => {
  const free = await echoDatagrams(t);
  const source = `
    const own = require('dgram').createSocket('udp4').bind(0, '127.0.0.1', () => console.log(own.address().port));
    setInterval(() => undefined, 1000);`;
  const { started, output } = start({ hosts: ['localhost:1'] }, source);
  const [own] = await once(output, 'data');
  assert.throws(
    () => started.network?.allow(`localhost:${Number(own)}/udp`),
    /the program may use it itself/,
  );
  assert.deepEqual(started.network?.hosts, ['localhost:1']);
  for (let port = 20_000; port < 20_008; port++) started.network?.allow(`localhost:${port}/udp`);
  assert.throws(() => started.network?.allow(`localhost:${free}/udp`), /no more ports of UDP/);
  assert.throws(() => started.network?.allow('192.0.2.1:20000/udp'), /loopback alone/);
  started.kill();
  await started.exited;
});
