import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { told } from '../frame/capsicum/child.ts';

const base = mkdtempSync(join(tmpdir(), 'workers-'));
const kept = join(base, 'kept');
mkdirSync(kept);
after(() => rmSync(base, { recursive: true, force: true }));

/** Questions of an application about its surroundings, as expressions; Node has read all answers before. */
const questions: Readonly<Record<string, string>> = {
  processors: 'os.cpus().length',
  user: 'os.userInfo().username',
  home: 'os.homedir()',
  interfaces: 'Object.keys(os.networkInterfaces())',
  memory: 'os.freemem() > 0',
  parallelism: 'os.availableParallelism()',
  constrained: 'process.constrainedMemory?.()',
  available: 'process.availableMemory?.() ?? null',
  servers: 'dns.getServers()',
  'promised servers': 'dns.promises.getServers()',
  name: `new Promise((resolve, reject) => dns.lookup('localhost', { all: true }, (error, found) => error ? reject(error) : resolve(found)))`,
  'promised name': `dns.promises.lookup('localhost')`,
  resolving: `dns.promises.resolve4('localhost')`,
  'the name of an address': `dns.promises.lookupService('127.0.0.1', 22)`,
  'the name of an address, later': `new Promise((resolve, reject) => dns.lookupService('127.0.0.1', 22, (error, ...found) => error ? reject(error) : resolve(found)))`,
  'servers of a resolver': `new dns.Resolver().getServers().concat(new dns.promises.Resolver({ timeout: 5 }).getServers())`,
  'a resolver': `new (class extends dns.Resolver {})() instanceof dns.Resolver`,
  'user in bytes': `Buffer.isBuffer(os.userInfo({ encoding: 'buffer' }).username)`,
  concurrency: `globalThis.navigator?.hardwareConcurrency ?? null`,
  inspector: `process.getBuiltinModule('node:inspector').open()`,
  zone: `String(new Date(0))`,
  report: `process.report.getReport()`,
  certificates: `tls.getCACertificates?.('system').length > 0`,
  'a module that was not loaded': `createRequire(process.cwd() + '/x')('./absent')`,
};

const asked = `async () => {
  const load = (name) => process.getBuiltinModule('node:' + name);
  const [os, dns, tls, { createRequire }] = ['os', 'dns', 'tls', 'module'].map(load);
  const answers = {};
  const ask = async (name, question) => {
    try { answers[name] = await question(); } catch (error) { answers[name] = error.code ?? String(error); }
  };
  ${Object.entries(questions)
    .map(([name, question]) => `await ask(${JSON.stringify(name)}, () => ${question});`)
    .join('\n')}
  return answers;
}`;

const common = `
import { Worker } from 'node:worker_threads';
const [kept] = process.argv.slice(1);
const answer = (...args) => new Promise((resolve, reject) =>
  new Worker(...args).once('message', resolve).once('error', (error) => resolve(error.code ?? String(error))));
const asked = ${asked};
const source = \`(\${asked})().then((answers) => process.getBuiltinModule('node:worker_threads').parentPort.postMessage(answers))\`;
const nested = \`const { Worker, parentPort } = process.getBuiltinModule('node:worker_threads');
  new Worker(\${JSON.stringify(source)}, { eval: true }).on('message', (answers) => parentPort.postMessage(answers));\`;
`;

describe('new workers in capability mode', () => {
  for (const prepared of [true, false]) {
    test(`answer as the main thread does, ${prepared ? 'what was prepared' : 'and say what was not'}`, async () => {
      const answers = await told(
        `${common}
         ${prepared ? `await prepare({ system: true, dns: ['localhost'], certificates: true });` : ''}
         enter({ workers: true });
         tell([await asked(), await answer(source, { eval: true }), await answer(nested, { eval: true })]);
         process.exit(0);`,
        { args: [kept], node: ['--expose-gc'] },
      );
      assert.ok(Array.isArray(answers));
      const [main, worker, nested] = answers;
      assert.deepEqual(Object.keys(main), Object.keys(questions));
      assert.equal(main.processors === 'ERR_NOT_PREPARED', !prepared);
      assert.equal(main.name === 'ERR_NOT_PREPARED', !prepared);
      assert.equal(main['the name of an address'], 'ERR_NOT_PREPARED');
      assert.equal(main['a resolver'], true);
      assert.deepEqual(main['servers of a resolver'], [...main.servers, ...main.servers]);
      assert.deepEqual(worker, main);
      assert.deepEqual(nested, main);
    });
  }

  test('get what they were started with, and nothing of ours', async () => {
    writeFileSync(
      join(kept, 'worker.mjs'),
      `import { parentPort, workerData } from 'node:worker_threads';
       parentPort.postMessage([workerData, process.argv.slice(2), process.execArgv, process.env.A, import.meta.url.slice(-11)]);`,
    );
    writeFileSync(
      join(kept, 'worker.cjs'),
      `const { parentPort, workerData } = require('node:worker_threads');
       parentPort.postMessage([workerData, process.argv.slice(2), process.execArgv, process.env.A, require.main === module]);`,
    );
    const answers = await told(
      `${common}
       enter({ keep: { [kept]: 'read' }, workers: true });
       const options = { workerData: { deep: [1] }, argv: ['x'], execArgv: ['--no-warnings'], env: { A: 'b' } };
       tell([await answer(kept + '/worker.mjs', options), await answer(kept + '/worker.cjs', options),
         await answer('0', { eval: true, execArgv: ['--no-such-flag'] }).catch((error) => error.code),
         await answer(kept + '/absent.mjs'), Worker.name, attempt(() => new Worker('0', { eval: true }) instanceof Worker)]);
       process.exit(0);`,
      { args: [kept] },
    );
    assert.ok(Array.isArray(answers));
    assert.deepEqual(answers.slice(0, 3), [
      [{ deep: [1] }, ['x'], ['--no-warnings'], 'b', '/worker.mjs'],
      [{ deep: [1] }, ['x'], ['--no-warnings'], 'b', true],
      'ERR_WORKER_INVALID_EXEC_ARGV',
    ]);
    assert.match(String(answers[3]), /EACCES|MODULE_NOT_FOUND|ERR_NOT_PREPARED/);
    assert.deepEqual(answers.slice(4), ['Worker', true]);
  });

  test('are started without a refusal, so that a process which stops at the first goes on', async () => {
    const answers = await told(
      `${common}
       enter({ workers: true, trap: true });
       tell(await answer("process.getBuiltinModule('node:worker_threads').parentPort.postMessage([1])", { eval: true }));
       process.exit(0);`,
      { args: [kept] },
    );
    assert.deepEqual(answers, [1]);
    const refused = await told(
      `${common}
       const refused = [];
       enter({ workers: true, onRefused: ({ call, path }) => refused.push(path ?? call) });
       await answer("try { process.getBuiltinModule('node:fs').readFileSync('/etc/passwd'); } catch {}; process.getBuiltinModule('node:worker_threads').parentPort.postMessage(1)", { eval: true });
       for (let turn = 0; turn < 10_000 && refused.length === 0; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
       setTimeout(() => { tell(refused); process.exit(0); }, 100);`,
      { args: [kept] },
    );
    assert.deepEqual(refused, ['/etc/passwd']);
  });

  test('find no package.json around the working directory, and are refused what else they look for', async () => {
    const answers = await told(
      `import { openSync } from 'node:fs';
       const refused = [];
       const codeOf = (path) => { try { openSync(path); return 'opened'; } catch (error) { return error.code; } };
       const paths = [process.cwd() + '/package.json', '/package.json', '/etc/resolv.conf', '/proc/meminfo/x.json',
         process.cwd() + '/tsconfig.json', '/etc/package.json'];
       enter({ workers: true, onRefused: ({ call, path }) => refused.push(path ?? call) });
       const codes = paths.map(codeOf);
       for (let turn = 0; turn < 10_000 && refused.length < 2; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
       setTimeout(() => { tell({ codes, refused }); process.exit(0); }, 100);`,
    );
    assert.deepEqual(answers, {
      codes: ['ENOENT', 'ENOENT', 'EACCES', 'EACCES', 'EACCES', 'EACCES'],
      refused: [join(process.cwd(), 'tsconfig.json'), '/etc/package.json'],
    });
  });
});
