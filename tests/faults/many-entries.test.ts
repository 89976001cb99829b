// A directory in which there is more than anything expects: 5,000 entries here, as many as ENTRIES says in
// `npm run entries`, which has two millions.
import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { ExitReason } from '../../src/process/exit-reason.ts';
import { command, file, pipe } from '../../src/resources/constructors.ts';
import { launch } from '../../src/run/launch.ts';

const ENTRIES = Number(process.env['ENTRIES'] ?? 5_000);
/** Hard links of one file: file systems hold about so many of each. */
const LINKS = 60_000;
/** Memory that a program may need for each entry that it holds by itself, in bytes. */
const BYTES = 2_000;
/** Beside that. */
const AT_MOST = 400 << 20;

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cloudabi-entries-')));
const many = join(folder, 'many');

before(() => {
  mkdirSync(many);
  let first = '';
  for (let index = 0; index < ENTRIES; index++) {
    const path = join(many, `an entry with a name of some length ${index}`);
    if (index % LINKS === 0) {
      writeFileSync(path, '');
      first = path;
    } else linkSync(first, path);
  }
});
after(() => rmSync(folder, { recursive: true }));

function ended(reason: ExitReason): void {
  assert.ok(reason.kind === 'exited' && reason.code === 0, JSON.stringify(reason));
  const used = reason.usage?.maximumMemory ?? 0;
  assert.ok(used < AT_MOST + ENTRIES * BYTES, `${used} bytes for ${ENTRIES} entries`);
}

const linesIn = async (stream: NodeJS.ReadableStream): Promise<number> =>
  (await text(stream)).split('\n').filter(Boolean).length;

test('a WebAssembly program lists a directory of many entries', async () => {
  const output = pipe('write');
  const { exited } = launch('examples/ls/ls.wasm', { directory: file(many), output, long: false });
  assert.equal(await linesIn(output.stream), ENTRIES);
  ended(await exited);
});

test('a program in JavaScript does', async () => {
  const program = join(folder, 'count.mjs');
  writeFileSync(
    program,
    `import { program } from 'cloudabi/program';
     export default program(async ({ directory, output }) => {
       output.end(String((await directory.list()).length));
     });\n`,
  );
  const output = pipe('write');
  const { exited } = launch(program, { directory: file(many), output });
  assert.equal(await text(output.stream), String(ENTRIES));
  ended(await exited);
});

test('a Linux program does, and has the rest of its world within', async () => {
  const stdout = pipe('write');
  const grants = command({
    base: 'system',
    tmp: false,
    directories: { '/many': file(many) },
    arguments: ['-f', '/many'],
    stdout,
  });
  const { exited } = launch('/bin/ls', grants);
  // `ls -f` names the directory and its parent, too.
  assert.equal(await linesIn(stdout.stream), ENTRIES + 2);
  ended(await exited);
});
