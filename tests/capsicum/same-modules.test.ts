import assert from 'node:assert/strict';
import { test } from 'node:test';
import { told } from '../frame/capsicum/child.ts';

/**
 * Questions to modules of Node that open nothing, or use open objects: expressions, evaluated in a process that has a
 * listening server, a pair of connected sockets, a datagram socket and a worker from before.
 */
const questions: Readonly<Record<string, string>> = {
  hashes: `crypto.getHashes().filter((name) => { try { return !crypto.createHash(name).update('x').digest('hex'); } catch { return true; } }).length`,
  'hash in one go': `crypto.hash?.('sha256', 'x') ?? crypto.createHash('sha256').update('x').digest('hex')`,
  ciphers: `crypto.getCiphers().length`,
  aes: `(() => { const c = crypto.createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12)); const d = c.update('secret', 'utf8', 'hex') + c.final('hex'); return d + c.getAuthTag().toString('hex'); })()`,
  scrypt: `promisify(crypto.scrypt)('a', 'b', 16).then((key) => key.toString('hex'))`,
  pbkdf2: `promisify(crypto.pbkdf2)('a', 'b', 10, 16, 'sha512').then((key) => key.toString('hex'))`,
  'key pairs': `promisify(crypto.generateKeyPair)('ed25519').then(({ privateKey, publicKey }) => crypto.verify(null, Buffer.from('x'), publicKey, crypto.sign(null, Buffer.from('x'), privateKey)))`,
  rsa: `promisify(crypto.generateKeyPair)('rsa', { modulusLength: 1024 }).then(({ privateKey, publicKey }) => String(crypto.privateDecrypt(privateKey, crypto.publicEncrypt(publicKey, Buffer.from('x')))))`,
  'diffie-hellman': `(() => { const a = crypto.createECDH('secp256k1'), b = crypto.createECDH('secp256k1'); a.generateKeys(); b.generateKeys(); return a.computeSecret(b.getPublicKey()).equals(b.computeSecret(a.getPublicKey())); })()`,
  random: `[crypto.randomBytes(8).length, crypto.randomInt(1), crypto.randomUUID().length, crypto.getRandomValues(new Uint8Array(4)).length]`,
  'random in a thread': `promisify(crypto.randomFill)(Buffer.alloc(9)).then((bytes) => bytes.length)`,
  primes: `promisify(crypto.generatePrime)(32).then((prime) => new Uint8Array(prime).length)`,
  'web crypto': `crypto.subtle.digest('SHA-1', Buffer.from('x')).then((bytes) => Buffer.from(bytes).toString('hex'))`,
  curves: `crypto.getCurves().length`,
  fips: `crypto.getFips()`,
  zlib: `['gzip', 'deflate', 'deflateRaw', 'brotliCompress'].map((name) => zlib[name + 'Sync']('x'.repeat(1000)).length)`,
  'zlib in threads': `Promise.all(['gzip', 'deflate', 'brotliCompress'].map((name) => promisify(zlib[name])('y'.repeat(9999)))).then((all) => all.map(({ length }) => length))`,
  'zlib backwards': `promisify(zlib.gunzip)(zlib.gzipSync('back')).then(String)`,
  'zlib of junk': `promisify(zlib.gunzip)(Buffer.from('junk')).catch(({ code }) => code)`,
  timers: `new Promise((resolve) => { const seen = []; setTimeout(() => { seen.push('timeout'); resolve(seen); }, 5); setImmediate(() => seen.push('immediate')); process.nextTick(() => seen.push('tick')); queueMicrotask(() => seen.push('micro')); })`,
  'timers as promises': `timers.setTimeout(1, 'value')`,
  intervals: `(async () => { let count = 0; for await (const _ of timers.setInterval(1)) if (++count === 3) return count; })()`,
  aborted: `timers.setTimeout(1000, 0, { signal: AbortSignal.timeout(1) }).catch(({ name }) => name)`,
  'http from outside': `new Promise((resolve) => { server.once('request', (request, response) => { response.setHeader('x-test', 'y'); response.end(request.method + request.url); }); let text = ''; client.setEncoding('latin1').on('data', (chunk) => { text += chunk; if (text.includes('GET/x')) { client.removeAllListeners('data'); resolve(text.replace(/Date: .*/, '')); } }); client.write('GET /x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'); })`,
  'http with a body': `new Promise((resolve) => { server.once('request', (request, response) => { let size = 0; request.on('data', (chunk) => { size += chunk.length; }).on('end', () => response.end('size ' + size)); }); let text = ''; client.on('data', (chunk) => { text += chunk; if (text.includes('size ')) { client.removeAllListeners('data'); resolve(text.split('\\r\\n\\r\\n')[1]); } }); client.write('POST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 100000\\r\\n\\r\\n' + 'z'.repeat(100000)); })`,
  addresses: `[typeof client.remotePort, client.remoteAddress, client.localFamily, server.address().address, server.listening]`,
  'socket options': `[client.setNoDelay(true) === client, client.setKeepAlive(true, 1000) === client, client.setTimeout(0) === client, udp.getRecvBufferSize() > 0, udp.getSendBufferSize() > 0]`,
  connections: `promisify(server.getConnections.bind(server))()`,
  datagrams: `new Promise((resolve, reject) => { udp.once('message', (text, { address }) => resolve([String(text), address])); udp.send('to itself', (error) => { if (error) reject(error); }); })`,
  messages: `new Promise((resolve) => { const { port1, port2 } = new workers.MessageChannel(); port2.once('message', (value) => { port1.close(); resolve(value); }); port1.postMessage({ map: new Map([[1, 2]]) }); }).then(({ map }) => [...map])`,
  'a worker from before': `new Promise((resolve) => { worker.once('message', resolve); worker.postMessage(21); })`,
  'shared memory': `(() => { const words = new Int32Array(new SharedArrayBuffer(8)); return [Atomics.wait(words, 0, 0, 1), Atomics.notify(words, 0)]; })()`,
  streams: `(async () => { const pass = new stream.PassThrough(); pass.end('abc'); let text = ''; for await (const chunk of pass) text += chunk; return text; })()`,
  'web streams': `new Response('web').text()`,
  blobs: `new Blob(['a', new Uint8Array([98])]).text()`,
  pipes: `new Promise((resolve) => { const { port1 } = new workers.MessageChannel(); port1.close(resolve); }).then(() => 'closed')`,
  async: `new (require('node:async_hooks').AsyncLocalStorage)().run(5, () => timers.setTimeout(1).then(() => 'kept'))`,
  performance: `[typeof performance.now(), performance.eventLoopUtilization().utilization >= 0, performance.mark('x').name]`,
  vm: `[vm.runInNewContext('a + 1', { a: 1 }), new vm.Script('2 + 2').runInThisContext({ timeout: 1000 })]`,
  'a script without an end': `(() => { try { vm.runInNewContext('for (;;);', {}, { timeout: 20 }); } catch ({ code }) { return code; } })()`,
  v8: `[v8.getHeapStatistics().heap_size_limit > 0, v8.deserialize(v8.serialize({ a: 1n })).a === 1n, v8.getHeapSpaceStatistics().length > 0]`,
  snapshots: `new Promise((resolve) => { let size = 0; v8.getHeapSnapshot().on('data', (chunk) => { size += chunk.length; }).on('end', () => resolve(size > 1000)); })`,
  processes: `[process.pid > 0, process.ppid > 0, process.cwd(), process.umask(), process.getuid(), process.getgroups().length, process.title.length > 0, process.version]`,
  usage: `[process.cpuUsage().user > 0, process.resourceUsage().maxRSS > 0, process.memoryUsage().rss > 1e6, process.memoryUsage.rss() > 1e6, process.hrtime.bigint() > 0n]`,
  system: `[os.type(), os.release(), os.arch(), os.hostname(), os.totalmem() > 1e6, os.loadavg().length, os.uptime() > 1, os.tmpdir(), os.endianness(), os.version(), os.machine(), os.getPriority()]`,
  texts: `[new TextDecoder('shift_jis').decode(Buffer.from([0x82, 0xa0])), Buffer.from('é').toString('base64url'), util.inspect(new Map([[1, { a: 2 }]])), new URL('http://ü.example/').host, querystring.stringify({ a: [1, 2] })]`,
  assert: `(() => { try { require('node:assert').deepStrictEqual({ a: 1 }, { a: 2 }); } catch ({ message }) { return message; } })()`,
  'a stack': `new Error('x').stack.split('\\n')[0]`,
  webassembly: `WebAssembly.instantiate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 97, 0, 0, 10, 6, 1, 4, 0, 65, 42, 11)).then(({ instance }) => instance.exports.a())`,
  diagnostics: `(() => { const channel = require('node:diagnostics_channel').channel('x'); let seen; channel.subscribe((value) => { seen = value; }); channel.publish(5); return seen; })()`,
};

const program = `
import { createRequire } from 'node:module';
import crypto from 'node:crypto'; import zlib from 'node:zlib'; import net from 'node:net'; import http from 'node:http'; import dgram from 'node:dgram';
import timers from 'node:timers/promises'; import workers from 'node:worker_threads'; import stream from 'node:stream'; import vm from 'node:vm';
import v8 from 'node:v8'; import os from 'node:os'; import util, { promisify } from 'node:util'; import querystring from 'node:querystring';
import { once } from 'node:events'; import { performance } from 'node:perf_hooks';
const require = createRequire(process.cwd() + '/x');
const server = http.createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const client = net.connect(server.address().port, '127.0.0.1');
await once(client, 'connect');
const udp = dgram.createSocket('udp4').bind(0, '127.0.0.1');
await once(udp, 'listening');
udp.connect(udp.address().port, '127.0.0.1');
await once(udp, 'connect');
const worker = new workers.Worker("const { parentPort } = process.getBuiltinModule('node:worker_threads'); parentPort.on('message', (value) => parentPort.postMessage(2 * value)); parentPort.postMessage('up')", { eval: true });
await once(worker, 'message');
if (process.argv[1] === 'entered') enter();
const answers = {};
const ask = async (name, question) => {
  const guard = new Promise((resolve) => setTimeout(resolve, 60_000, 'no answer').unref());
  try { answers[name] = await Promise.race([question(), guard]) ?? null; } catch (error) { answers[name] = error.code ?? String(error); }
};
${Object.entries(questions)
  .map(([name, question]) => `await ask(${JSON.stringify(name)}, () => ${question});`)
  .join('\n')}
tell(answers);
process.exit(0);
`;

test('modules of Node answer the same in capability mode, as far as they open nothing', async () => {
  const [before, entered] = [
    await told(program, { args: ['plain'] }),
    await told(program, { args: ['entered'] }),
  ];
  assert.ok(before instanceof Object && entered instanceof Object);
  assert.deepEqual(Object.keys(before), Object.keys(questions));
  const failed = Object.entries(before).filter(([, answer]) =>
    /Error|no answer/.test(JSON.stringify(answer)),
  );
  assert.deepEqual(
    failed.filter(([name]) => !['assert', 'a stack', 'aborted'].includes(name)),
    [],
  );
  assert.deepEqual(entered, before);
});
