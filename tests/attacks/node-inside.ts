/**
 * What a hostile program in TypeScript tries, by name. Each attempt throws, or gives a text that says how far it got;
 * each has a twin that does what was granted. The source is linked and run as it is, so nothing of the tests is in it.
 */
export const ATTACKS = `
import { program } from 'cloudabi/program';

const node = (name: string) => require(name);
const settled = async (start: (done: (error?: unknown) => void) => void) =>
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('nothing happened')), 2000);
    start((error) => { clearTimeout(timer); if (error) reject(error); else resolve('reached'); });
  });

type Given = any;

const attacks: Record<string, (given: Given) => unknown> = {
  'fs reads a file outside': () => node('fs').readFileSync('/etc/passwd'),
  'fs reads a file outside, later': () => node('fs/promises').readFile('/etc/passwd'),
  'fs lists the root': () => node('fs').readdirSync('/'),
  'fs looks at a file outside': () => node('fs').statSync('/etc/passwd'),
  'fs asks whether a file exists': () => { node('fs').accessSync('/etc/passwd'); },
  'fs makes a file': () => node('fs').writeFileSync('/tmp/cloudabi-attack', 'x'),
  'fs makes a file for itself': () => node('fs').mkdtempSync('/tmp/cloudabi-attack'),
  'fs follows a link of /proc': () => node('fs').readFileSync('/proc/self/fd/0'),
  'fs reads its own memory': () => node('fs').openSync('/proc/self/mem', 'r+'),
  'fs reads its environment': () => node('fs').readFileSync('/proc/self/environ'),
  'fs sees the processes': () => node('fs').readdirSync('/proc'),
  'fs opens an inherited directory with ..': ({ root }) => root.read('../outside/secret', 'utf8'),
  'fs follows a planted link': ({ root }) => root.read('link/secret', 'utf8'),
  'fs plants a link and follows it': async ({ work, outside }) => {
    await work.symlink('../outside/secret', 'planted');
    return await work.read('planted', 'utf8');
  },
  'fs writes where it may only read': ({ root }) => root.write('page', 'changed'),
  'fs writes through the number of a file': async ({ root }) => {
    const { fd } = await root.open('page');
    return node('fs').writeSync(fd, 'changed');
  },
  'fs changes the mode through a number': async ({ root }) => {
    const { fd } = await root.open('page');
    node('fs').fchmodSync(fd, 0o777);
  },
  'fs gives a file away through a number': async ({ root }) => {
    const { fd } = await root.open('page');
    node('fs').fchownSync(fd, 1, 1);
  },
  'fs cuts a log that may only grow': ({ log }) => node('fs').ftruncateSync(log.fd, 0),
  'fs makes a log forget that it only grows': ({ log }) => {
    const error = process.binding('fs').ftruncate(log.fd, 0);
    return error;
  },
  'a child by spawn': () => settled((done) => {
    node('child_process').spawn('/bin/true').on('error', done).on('exit', () => done());
  }),
  'a child by spawnSync': () => { const { error } = node('child_process').spawnSync('/bin/true'); if (error) throw error; },
  'a child by fork': () => settled((done) => { node('child_process').fork('/x.js').on('error', done).on('exit', () => done()); }),
  'a worker': () => settled((done) => {
    new (node('worker_threads').Worker)('1', { eval: true }).on('error', done).on('exit', () => done());
  }),
  'a worker with its own environment and limits': () => settled((done) => {
    new (node('worker_threads').Worker)('1', { eval: true, env: { A: '1' }, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 8 } })
      .on('error', done).on('exit', () => done());
  }),
  'a cluster': () => settled((done) => { node('cluster').fork().on('error', done).on('online', () => done()); }),
  'an addon of any path': () => process.dlopen({ exports: {} }, '/usr/lib/x86_64-linux-gnu/libz.so.1'),
  'an addon that it drops': async ({ work }) => {
    await work.write('evil.node', Buffer.from('7f454c46', 'hex'));
    process.dlopen({ exports: {} }, '/program/evil.node');
  },
  'process.binding to files': () => {
    const fd = process.binding('fs').open('/etc/passwd', 0, 0o666);
    if (typeof fd === 'number' && fd >= 0) return 'opened';
    throw new Error('not opened');
  },
  'process.binding to sockets': () => {
    const { TCP, constants } = process.binding('tcp_wrap');
    const error = new TCP(constants.SOCKET).bind('127.0.0.1', 0);
    if (error !== 0) throw new Error('refused ' + error);
    return 'bound';
  },
  'process.binding to processes': () => {
    const { Process } = process.binding('process_wrap');
    // Since Node 24, it takes its options apart one by one, and ends the process over others.
    if (Number(process.versions.node.split('.')[0]) >= 24) throw new Error('the spawn that child_process calls');
    const error = new Process().spawn({ file: '/bin/true', args: ['true'], stdio: [] });
    if (error !== 0) throw new Error('refused ' + error);
    return 'spawned';
  },
  'vm reaches the main module': () => {
    const found = node('vm').runInNewContext('this.constructor.constructor("return process")()');
    return found.mainModule.require('fs').readFileSync('/etc/passwd');
  },
  'a function made of text imports': () => (0, eval)('import("node:fs")').then((fs: any) => fs.readFileSync('/etc/passwd')),
  'require of a new root': () => node('module').createRequire('/etc/')('./passwd'),
  'the inspector opens a port': () => { node('inspector').open(0, '127.0.0.1'); if (!node('inspector').url()) throw new Error('no port'); },
  'the inspector connects to the process': () => process.kill(process.ppid, 'SIGUSR1'),
  'a signal to the parent': ({ parent }) => process.kill(parent, 0),
  'a signal to everybody': () => process.kill(-1, 0),
  'a signal to the own group': () => process.kill(0, 0),
  'a look at the priority of the parent': ({ parent }) => node('os').setPriority(parent, 1),
  'a connection by net': ({ port }) => settled((done) => { node('net').connect(port, '127.0.0.1', () => done()).on('error', done); }),
  'a connection by fetch': ({ port }) => fetch('http://127.0.0.1:' + port + '/'),
  'a connection to a UNIX socket': () => settled((done) => { node('net').connect('/run/x.sock', () => done()).on('error', done); }),
  'a connection to an abstract socket': () => settled((done) => { node('net').connect('\\0abstract', () => done()).on('error', done); }),
  'a server at another port': () => settled((done) => { node('net').createServer().on('error', done).listen(0, () => done()); }),
  'a server at a path': ({ work }) => settled((done) => { node('net').createServer().on('error', done).listen('/tmp/cloudabi.sock', () => done()); }),
  'a datagram': () => settled((done) => { node('dgram').createSocket('udp4').on('error', done).send('x', 9, '127.0.0.1', (error: unknown) => done(error)); }),
  'a name from the DNS': () => node('dns').promises.resolve('example.com'),
  'a name from the host': () => node('dns').promises.lookup('example.com'),
  'another user': () => process.setuid(1),
  'another directory': () => { process.chdir('/etc'); },
  'a heap snapshot to a file': () => node('v8').writeHeapSnapshot('/tmp/cloudabi-attack.heapsnapshot'),
  'a report to a file': () => { const name = process.report.writeReport('/tmp/cloudabi-attack.json'); node('fs').statSync(name); },
  'a trace to a file': () => { node('trace_events').createTracing({ categories: ['node'] }).enable(); },
  'a module by WASI': async () => {
    const { WASI } = node('wasi');
    return new WASI({ version: 'preview1', preopens: { '/': '/' } });
  },
};

const twins: Record<string, (given: Given) => unknown> = {
  'reads a page': ({ root }) => root.read('page', 'utf8'),
  'lists the directory': async ({ root }) => (await root.list()).length > 0,
  'writes where it may': async ({ work }) => { await work.write('made', 'x'); return await work.read('made', 'utf8'); },
  'writes at the start of the log, which appends': ({ log }) => node('fs').writeSync(log.fd, 'at the start', 0),
  'appends to the log': ({ log }) => log.write('line\\n'),
  'signals itself': () => process.kill(process.pid, 0),
  'evaluates text': () => node('vm').runInNewContext('1 + 1'),
  'compresses in a thread': async () => (await node('util').promisify(node('zlib').gzip)('x')).length > 0,
  'derives a key in a thread': async () => (await node('util').promisify(node('crypto').pbkdf2)('a', 'b', 10, 8, 'sha256')).length,
  'makes random bytes': () => node('crypto').randomBytes(8).length,
  'formats a date': () => new Intl.DateTimeFormat('de', { dateStyle: 'full', timeZone: 'Europe/Berlin' }).format(0),
  'compiles WebAssembly': () => WebAssembly.validate(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)),
  'collects garbage': () => { let all: unknown[] = []; for (let i = 0; i < 3e5; i++) { all.push({ i }); if (all.length > 1e4) all = []; } return true; },
};

export default program(async (given: Given) => {
  const results: Record<string, string> = {};
  for (const [name, attempt] of [...Object.entries(attacks), ...Object.entries(twins)]) {
    try {
      const value = await attempt(given);
      results[name] = 'reached ' + String(value).slice(0, 60);
    } catch (error: any) {
      results[name] = 'refused ' + (error?.cause?.code ?? error?.code ?? error?.message ?? error);
    }
  }
  given.output.end(JSON.stringify({ results, twins: Object.keys(twins) }), () => process.exit(0));
});
`;
