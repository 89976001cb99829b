/**
 * Source of a program in TypeScript that uses its grants and Node as intended; corpus/node has the attempts to do more.
 * It is linked and run as it is, so it imports nothing from the tests.
 */
export const ALLOWED = `
import { program } from 'cloudabi/program';

const node = (name: string) => require(name);

type Given = any;

const allowed: Record<string, (given: Given) => unknown> = {
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
  for (const [name, attempt] of Object.entries(allowed)) {
    try {
      const value = await attempt(given);
      results[name] = 'reached ' + String(value).slice(0, 60);
    } catch (error: any) {
      results[name] = 'refused ' + (error?.cause?.code ?? error?.code ?? error?.message ?? error);
    }
  }
  given.output.end(JSON.stringify(results), () => process.exit(0));
});
`;
