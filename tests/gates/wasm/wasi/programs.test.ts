// WASI preview 1: every conformance case against what runWasi is backed by, and the list of public cases
// against ours.
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runWasi } from '../../../frame/gates/run-wasi.ts';
import { type WasiCase, wasiCases } from '../../../frame/gates/wasi-cases.ts';
import { publicExtras, publicSuite } from '../../../frame/gates/wasi-public.ts';

const programs = 'tests/programs/wasi';
const nameOf = ({ program, name }: WasiCase): string => `${program} ${name}`;

function layOut(folder: string, files: WasiCase['files']): void {
  mkdirSync(folder);
  for (const [name, entry] of Object.entries(files ?? {})) {
    const path = join(folder, name);
    if (entry === null) mkdirSync(path);
    else if (typeof entry === 'string') writeFileSync(path, entry);
    else symlinkSync(entry.link, path);
  }
}

/** The other end of a granted listening socket; gives what the program answered. */
async function converse(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.end('ping');
  const pieces: Buffer[] = [];
  try {
    for await (const piece of socket) pieces.push(Buffer.from(piece));
  } catch {
    // A program that looks at the listener only resets the connection; what it promises is checked inside.
  }
  return Buffer.concat(pieces).toString();
}

for (const wasiCase of wasiCases) {
  const { program, name, promise, peer } = wasiCase;
  test(`WASI ${program}: ${promise} (${name})`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wasi-case-'));
    try {
      const root = join(folder, 'scratch');
      layOut(root, wasiCase.files);
      let answer: Promise<string> | undefined;
      const { status, stdout, stderr } = await runWasi(join(programs, `${program}.wasm`), {
        args: [program, name, ...(wasiCase.args ?? [])],
        env: wasiCase.env ?? {},
        preopens: (wasiCase.preopens ?? [['.', '/']]).map(
          ([host, guest]) => [join(root, host), guest] as const,
        ),
        stdin: wasiCase.stdin ?? '',
        ...(peer === undefined
          ? {}
          : {
              onListener: (port: number, printed: () => Promise<void>) => {
                answer = peer === 'at once' ? converse(port) : printed().then(() => converse(port));
              },
            }),
      });
      assert.equal(status, wasiCase.status ?? 0, stderr.toString());
      assert.equal(stdout.toString('latin1'), wasiCase.stdout ?? '');
      if (wasiCase.stderr !== undefined) assert.equal(stderr.toString('latin1'), wasiCase.stderr);
      const said = await answer;
      if (name.startsWith('conversation') || name === 'nonblocking') assert.equal(said, 'pong');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

test('every case of the public WASI suite is covered by a case that exists', () => {
  const ours = new Set(wasiCases.map(nameOf));
  assert.equal(ours.size, wasiCases.length, 'A case is listed twice');
  for (const [name, covering] of Object.entries({ ...publicSuite, ...publicExtras })) {
    assert.notEqual(covering.length, 0, name);
    for (const one of covering) assert.ok(ours.has(one), `${name} names ${one}, which does not exist`);
  }
  const count = (prefix: string): number =>
    Object.keys(publicSuite).filter((name) => name.startsWith(prefix)).length;
  assert.deepEqual([count('c/'), count('assemblyscript/'), count('rust/')], [14, 12, 47]);
});

test('every case that a WASI conformance program has is listed', () => {
  for (const file of readdirSync(programs).filter((name) => name.endsWith('.c'))) {
    const source = readFileSync(join(programs, file), 'utf8');
    const inSource = [...source.slice(source.indexOf('CASES(')).matchAll(/\{"([a-z0-9-]+)",/g)].map(
      ([, name]) => name,
    );
    const listed = wasiCases.filter(({ program }) => `${program}.c` === file).map(({ name }) => name);
    assert.deepEqual(inSource.sort(), listed.sort(), file);
  }
});
