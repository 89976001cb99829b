import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import { features } from '../../src/capsicum/index.ts';
import { told } from '../frame/capsicum/child.ts';
import { featureTable, rightsTable } from '../frame/capsicum/tables.ts';

/** Trial of a feature: an expression of JavaScript, the preparation, and the answer without capability mode. */
type Trial = {
  readonly value: string;
  readonly prepare?: string;
  /** Options of enter in place of preparation. */
  readonly options?: string;
  /** Error code in capability mode, where the answer differs from before. */
  readonly refused?: string | RegExp;
  /** `false` where this version of Node lacks it; `true` by default. */
  readonly there?: boolean;
};

const trials: Readonly<Record<string, Trial>> = {
  'local time': {
    value: `[String(new Date(0)), new Date(0).toLocaleString(), Intl.DateTimeFormat().resolvedOptions().timeZone]`,
  },
  'other time zones': {
    value: `[new Date(0).toLocaleString('nl', { timeZone: 'Asia/Tokyo' }), new Intl.Collator('sv').compare('z', 'ö'),
      new Intl.NumberFormat('ja', { style: 'currency', currency: 'JPY' }).format(12), [...new Intl.Segmenter('th', { granularity: 'word' }).segment('สวัสดีชาวโลก')].length,
      'İ'.toLocaleLowerCase('tr'), new Intl.DisplayNames('fr', { type: 'region' }).of('DE'), (process.env.TZ = 'Europe/Amsterdam', String(new Date(0)))]`,
  },
  timers: {
    value: `[await new Promise((resolve) => setTimeout(resolve, 1, 'timer')),
      await new Promise((resolve) => { setTimeout(() => undefined, 500); AbortSignal.timeout(1).onabort = () => resolve('aborted'); }),
      await new Promise((resolve) => { const keep = setTimeout(() => undefined, 5000); process.once('SIGUSR2', () => { clearTimeout(keep); resolve('signal'); }); process.kill(process.pid, 'SIGUSR2'); })]`,
  },
  'asynchronous work': {
    value: `[(await (await import('node:util')).promisify((await import('node:crypto')).scrypt)('a', 'b', 8)).length,
      (await (await import('node:util')).promisify((await import('node:zlib')).brotliCompress)('x')).length,
      (await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))) instanceof WebAssembly.Module,
      attempt(() => (0, eval)('1') + Number(vm.runInNewContext('1', {}, { timeout: 1000 })))]`,
  },
  'random numbers': {
    value: `[crypto.getRandomValues(new Uint8Array(4)).length, crypto.randomUUID().length, nodeCrypto.createHash('sha512').update('x').digest('hex'),
      nodeCrypto.generateKeyPairSync('ed25519').publicKey.type, nodeCrypto.getCiphers().length > 10, nodeCrypto.createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12)).update('x').length]`,
  },
  "Node's own modules": {
    value: `[builtinModules.filter((name) => !/^(?:inspector|trace_events|wasi|sqlite|test|sys|punycode|_|sea)|^node:/.test(name)).map((name) => { try { require(name); return ''; } catch (error) { return name + error.message; } }).join(''),
      typeof fetch, typeof Request, typeof FormData, typeof BroadcastChannel, typeof CompressionStream, new Request('http://a/').method, new URL('http://ü.example/').host]`,
  },
  '`console`': { value: `(console.error(''), [process.stdout.writable, process.stderr.writable])` },
  '`process.memoryUsage()`': {
    value: `[process.memoryUsage().rss > 1e6, process.memoryUsage.rss() > 1e6, process.memoryUsage().arrayBuffers > 0]`,
  },
  '`process.title`': {
    value: `(process.title = 'renamed', [process.title, process.umask(), process.cwd(), process.resourceUsage().maxRSS > 0, process.uptime() > 0, process.cpuUsage().user > 0])`,
  },
  '`os.hostname()`': {
    value: `[os.hostname(), os.release(), os.machine(), os.loadavg().length, os.uptime() > 0, os.totalmem(), os.tmpdir(), os.endianness()]`,
  },
  '`os.availableParallelism()`': { value: `[os.availableParallelism(), process.constrainedMemory?.()]` },
  'stacks of errors': { value: `[typeof new Error('x').stack, typeof require('node:module').findSourceMap]` },
  '`http`, `https`, `net` servers': {
    value: `await new Promise((resolve) => { client.once('data', (data) => resolve(String(data).split('\\r\\n')[0])); client.write('GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n'); })`,
  },
  'TLS over a socket': {
    value: `(tls.createSecureContext(), [tls.rootCertificates.length > 50, tls.getCiphers().length > 10])`,
  },
  '`dns.getServers()`': { value: `dns.getServers()` },
  '`os.cpus()`': {
    value: `[os.cpus().map(({ model }) => model), os.freemem() > 1e6, Object.keys(os.networkInterfaces()), os.userInfo().username, os.cpus()[0].times.idle > 0]`,
    prepare: '{ system: true }',
  },
  '`require()` and `import()`': {
    value: `require('zod').z.string().parse('x')`,
    prepare: `{ modules: [() => import('zod').then(() => require('zod'))] }`,
  },
  '`dns.lookup()`': {
    value: `(await dns.promises.lookup('localhost')).address.length > 2`,
    prepare: `{ dns: ['localhost'] }`,
  },
  '`tls.getCACertificates': {
    value: `tls.getCACertificates('system').length`,
    prepare: '{ certificates: true }',
    there: 'getCACertificates' in tls,
  },
  '`new Worker()`': {
    value: `await new Promise((resolve, reject) => new Worker("require('node:worker_threads').parentPort.postMessage(1)", { eval: true, execArgv: [] }).once('message', resolve).once('error', reject))`,
    options: '{ workers: true }',
  },
  'paths outside': {
    value: `[...[() => fs.readFileSync('/etc/passwd').length, () => process.chdir('/'), () => process.dlopen({ exports: {} }, '/lib/none.node'), () => fs.watch('/tmp').close()].map(attempt), fs.existsSync('/etc/passwd')]`,
    refused: /^\["EACCES","EACCES","ERR_DLOPEN_FAILED","EACCES",false\]$/,
  },
  '`fs.watch()` in': {
    value: `fs.watch('/tmp').close()`,
    options: `{ keep: { '/tmp': 'read' } }`,
    refused: 'EACCES',
  },
  'connecting, listening': {
    value: `await Promise.all([
      new Promise((resolve) => net.connect(port, '127.0.0.1').on('error', (error) => resolve(error.code)).on('connect', () => resolve('connected'))),
      new Promise((resolve) => net.createServer().on('error', (error) => resolve(error.code)).listen(0, function () { this.close(); resolve('listening'); })),
      fetch('http://127.0.0.1:' + port).then((answer) => answer.status, (error) => error.cause.code),
    ])`,
    refused: '["EPERM","EPERM","EPERM"]',
  },
  'datagrams to': {
    value: `await new Promise((resolve, reject) => datagrams.send('x', 9, '127.0.0.1', (error) => (error ? reject(error) : resolve('sent'))))`,
    refused: 'EPERM',
  },
  '`dns.resolve()`': {
    value: `await later(dns.promises.resolve4('localhost').catch((error) => { if (error.code === 'ERR_NOT_PREPARED') throw error; return 'asked'; }))`,
    refused: '"ERR_NOT_PREPARED"',
  },
  '`child_process`': { value: `childProcess.spawn('/bin/true').pid > 0`, refused: 'EPERM' },
  'signals to other': { value: `process.kill(process.ppid, 0)`, refused: 'EPERM' },
  'other identities': {
    value: `[attempt(() => process.setuid(process.getuid())), attempt(() => os.setPriority(os.getPriority()))]`,
    refused: /^\["EPERM","ERR_SYSTEM_ERROR"\]$/,
  },
  'the inspector': { value: `(inspector.open(0), inspector.close())`, refused: 'ERR_NOT_PREPARED' },
  'reports, heap': { value: `typeof process.report.getReport()`, refused: 'ERR_NOT_PREPARED' },
  '`process.availableMemory()`': {
    value: `process.availableMemory() > 0`,
    refused: 'ERR_NOT_PREPARED',
  },
  "`process.on('SIGSYS')`": { value: `(process.on('SIGSYS', () => undefined), 'on')`, refused: 'EPERM' },
};

const imports = `
import childProcess from 'node:child_process';
import nodeCrypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import inspector from 'node:inspector';
import { builtinModules, createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import tls from 'node:tls';
import vm from 'node:vm';
import workers from 'node:worker_threads';
const require = createRequire(process.argv[1]);
const Worker = class { constructor(...args) { return new workers.Worker(...args); } };
const server = http.createServer((request, response) => response.end('x')).listen(0, '127.0.0.1');
await new Promise((resolve) => server.on('listening', resolve));
const { port } = server.address();
const client = net.connect(port, '127.0.0.1');
await new Promise((resolve) => client.on('connect', resolve));
const datagrams = dgram.createSocket('udp4').bind(0);
await new Promise((resolve) => datagrams.on('listening', resolve));
`;

const here = fileURLToPath(import.meta.url);

async function tried({ value }: Trial, before: string): Promise<string> {
  const answer = await told(
    `${imports}
     ${before}
     let answer;
     try { answer = (${value}) ?? 'done'; } catch (error) { answer = { code: error.code ?? String(error), message: error.message }; }
     tell(answer);
     process.exit(0);`,
    { args: [here], env: { TZ: 'America/New_York' } },
  );
  return JSON.stringify(answer);
}

describe('broken features and their causes', () => {
  test('every feature has a trial', () => {
    const found = Object.keys(trials).map(
      (start) => features.filter(({ feature }) => feature.startsWith(start)).length,
    );
    assert.deepEqual(
      found,
      features.map(() => 1),
    );
  });

  for (const { feature, after } of features) {
    const [, trial] = Object.entries(trials).find(([start]) => feature.startsWith(start)) ?? [];
    if (trial?.there === false) {
      test(`${feature}: not in this version of Node`, async () => {
        assert.match(await tried(trial, ''), /is not a function/);
      });
      continue;
    }
    test(`${feature}: ${after}`, async () => {
      assert.ok(trial);
      const outside = await tried(trial, '');
      assert.doesNotMatch(outside, /"code":/);
      const inside = await tried(trial, after === 'refused' ? `enter(${trial.options ?? ''});` : 'enter();');
      if (after === 'works') assert.equal(inside, outside);
      if (after === 'refused') {
        const answer: unknown = JSON.parse(inside);
        const code = typeof answer === 'object' && answer !== null && 'code' in answer ? answer.code : inside;
        if (trial.refused instanceof RegExp) assert.match(inside, trial.refused);
        else assert.equal(code, trial.refused);
        assert.notEqual(inside, outside);
      }
      if (after === 'prepared') {
        assert.match(inside, /"code":"ERR_NOT_PREPARED"/);
        assert.match(
          inside,
          /is not available in capability mode without (?:prepare\(|naming it in prepare\(|enter\()/,
        );
        const prepared = await tried(
          trial,
          trial.options ? `enter(${trial.options});` : `await prepare(${trial.prepare}); enter();`,
        );
        assert.equal(prepared, outside);
      }
    });
  }

  test('the tables of docs/capsicum.md are those of the code', () => {
    const page = readFileSync('docs/capsicum.md', 'utf8');
    assert.ok(page.includes(featureTable()), `docs/capsicum.md lacks this table:\n${featureTable()}`);
    assert.ok(page.includes(rightsTable()), `docs/capsicum.md lacks this table:\n${rightsTable()}`);
  });
});
