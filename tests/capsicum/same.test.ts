import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { told } from '../frame/capsicum/child.ts';

const base = mkdtempSync(join(tmpdir(), 'same-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** Prints the answers of node:fs about names of every kind, and the files that it leaves behind. */
const operations = `
const [base, mode, here] = process.argv.slice(1);
const kept = base + '/kept';
fs.rmSync(kept, { recursive: true, force: true });
fs.mkdirSync(kept);
process.chdir(here === 'inside' ? kept : base);
if (mode === 'entered') enter({ keep: { [kept]: 'all' } });
const beginning = here === 'inside' ? '' : 'kept/';
const targets = ['f', 'dir', 'l', 'ld', 'dangling', 'loop', 'nothing', 'f/', 'dir/', 'l/', 'ld/', 'dangling/', 'nothing/', 'f/x',
  'dir/.', 'dir/..', 'dir/../f', 'ld/g', './f', 'dir//g', 'x'.repeat(255), 'x'.repeat(256)];
const single = [['statSync'], ['lstatSync'], ['accessSync', 1], ['readFileSync', 'utf8'], ['readlinkSync'], ['realpathSync'], ['openSync', 'wx'],
  ['openSync', 'a+'], ['mkdirSync'], ['mkdirSync', { recursive: true }], ['rmdirSync'], ['unlinkSync'], ['rmSync', { recursive: true }], ['truncateSync', 3],
  ['chmodSync', 0o700], ['chownSync', process.getuid(), process.getgid()], ['lutimesSync', 1, 2], ['statfsSync'], ['readdirSync']];
const double = ['renameSync', 'linkSync', 'copyFileSync'];
const others = ['f2', 'f', 'empty', 'l', 'nothing/x', 'new/', 'dir/'];
const known = ['f', 'dir', 'dir/g', 'l', 'ld', 'dangling', 'loop', 'empty'];
function lay(d) {
  fs.mkdirSync(d + '/dir', { recursive: true }); fs.mkdirSync(d + '/empty');
  fs.writeFileSync(d + '/f', 'contents'); fs.writeFileSync(d + '/dir/g', 'g');
  for (const [name, target] of [['l', 'f'], ['ld', 'dir'], ['dangling', 'nothing'], ['loop', 'loop']]) fs.symlinkSync(target, d + '/' + name);
}
const plain = (value, method) => method === 'openSync' ? (fs.closeSync(value), 'opened') : value?.mode !== undefined
  ? [value.mode, value.isDirectory() ? 0 : value.size, value.nlink] : value?.type !== undefined ? value.type : typeof value === 'string' ? value.replace(base, '') : value ?? 'done';
const look = (d) => fs.readdirSync(d, { recursive: true, withFileTypes: true }).map((entry) => {
  const path = (entry.parentPath ?? entry.path) + '/' + entry.name;
  return [path.slice(d.length), fs.lstatSync(path).mode, entry.isFile() ? fs.readFileSync(path, 'utf8') : entry.isSymbolicLink() ? fs.readlinkSync(path) : ''].join(' ');
}).sort();
const answers = {};
let count = 0, fresh = '';
const ask = (name, method, ...args) => {
  if (fresh === '') { fresh = kept + '/' + count++; lay(fresh); }
  const paths = args.map((arg) => typeof arg === 'function' ? arg(count % 2 ? fresh : beginning + fresh.slice(kept.length + 1)) : arg);
  const before = look(fresh).join();
  let answer;
  try { answer = plain(fs[method](...paths), method); } catch (error) { answer = [error.code, error.syscall].join(' '); }
  let left;
  try { left = look(fresh); } catch (error) { left = [error.code]; }
  answers[name] = [answer, left.join() === before ? 'the same' : left];
  if (left.join() !== before) fresh = '';
};
for (const target of targets) {
  const name = target.length > 50 ? target.length : target;
  for (const [method, ...more] of single) ask([method, name, ...more].join(' '), method, (d) => d + '/' + target, ...more);
  for (const method of double) for (const other of others) ask([method, name, other].join(' '), method, (d) => d + '/' + target, (d) => d + '/' + other);
  for (const other of ['f2', 'f', 'new/', 'dir/', 'nothing/x']) ask(['symlinkSync', name, other].join(' '), 'symlinkSync', target, (d) => d + '/' + other);
}
tell(answers);
`;

/** Operations whose error differs in capability mode, and the reason. */
const different: readonly (readonly [operation: RegExp, before: string, entered: string])[] = [
  // Permission to do so was not kept, in the words of a path.
  [/^linkSync/, 'EPERM link', 'EACCES link'],
  // The name is looked at before the second path.
  [/^renameSync 256/, 'ENOENT rename', 'ENAMETOOLONG rename'],
];

for (const here of ['inside', 'outside']) {
  test(`functions of node:fs answer the same in a kept directory, with the working directory ${here}`, async () => {
    const ask = (mode: string): Promise<unknown> => told(operations, { args: [base, mode, here] });
    const [before, entered] = [await ask('plain'), await ask('entered')];
    assert.ok(before instanceof Object && entered instanceof Object);
    const answers = new Map(Object.entries(entered));
    assert.ok(answers.size > 900, `${answers.size} answers`);
    const others = Object.entries(before)
      .map(([name, answer]) => [name, JSON.stringify(answer), JSON.stringify(answers.get(name))] as const)
      .filter(([name, plain, closed]) => {
        const known = different.find(([operation, was]) => operation.test(name) && plain.includes(was));
        return plain !== closed && known?.[2] !== JSON.parse(closed ?? '[]')[0];
      });
    assert.deepEqual(others, []);
  });
}
