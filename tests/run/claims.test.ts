// Takes every claim that the plan of a WebAssembly module, or of a program in TypeScript or JavaScript, makes, and attacks
// exactly that. Linux programs: linux/claims.test.ts.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { PlanJson } from '../../src/plan/explain.ts';
import { makeFolder } from '../frame/programs.ts';
import { emptyModule } from '../frame/resources/sandbox.ts';
import type { Answered, ClaimScene } from '../frame/run/claims-inside.ts';

const inside = fileURLToPath(new URL('../frame/run/claims-inside.js', import.meta.url));

/** Claims that other tests try: they need a program of the kind, or have to wait. */
const triedElsewhere: readonly (readonly [claim: RegExp, test: string])[] = [
  [/^No call without its right$/, 'tests/gates/wasm/cloudabi/rights.test.ts'],
  [/^At most .* of memory$/, 'attacks/corpus/wasm/limits-memory.c'],
  [/^At most .* of memory more than Node itself has$/, 'tests/run/node/launch.test.ts'],
  [/^At most .* from start to end$/, 'attacks/corpus/wasm/limits-time.c'],
  [/^(At most \d+ threads|No thread but the first)$/, 'attacks/corpus/wasm/limits-threads.c'],
];

/** Something of every kind that there are tags for. */
const grants = `%TAG ! tag:nuxi.nl,2015:cloudabi/
---
readable: !file { path: readable }
growing: !file { path: growing, rights: [read, create] }
writable: !file { path: writable, rights: [read, write] }
journal: !file { path: journal, rights: append }
source: !file { path: readable/file }
target: !file { path: target, rights: [write, create] }
listening: !socket { bind: '127.0.0.1:0' }
connected: !socket { connect: '127.0.0.1:$PORT' }
datagrams: !socket { connect: '127.0.0.1:$PORT', protocol: udp }
local: !socket { bind: ./socket }
memory: !shared_memory { size: 64 KiB }
reader: !pipe { name: between, end: read }
writer: !pipe { name: between, end: write }
neighbour: !fd 30
`;

function furnish(t: TestContext, port: number): { readonly folder: string; readonly scene: ClaimScene } {
  const folder = makeFolder(t);
  for (const name of ['readable', 'growing', 'writable', 'secret']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), 'content');
    symlinkSync(join(folder, 'secret/file'), join(folder, name, 'escape'));
  }
  writeFileSync(join(folder, 'journal'), 'first line\n');
  writeFileSync(join(folder, 'program.wasm'), emptyModule);
  writeFileSync(join(folder, 'program.mjs'), 'export default 1;\n');
  writeFileSync(join(folder, 'grants.yaml'), grants.replaceAll('$PORT', `${port}`));
  return { folder, scene: { secret: join(folder, 'secret/file'), port } };
}

for (const [kind, program] of [
  ['WebAssembly', 'program.wasm'],
  ['JavaScript', 'program.mjs'],
] as const)
  test(`the claims of the plan of a program in ${kind} hold against machine code in its process`, async (t) => {
    const server = createServer((peer) => peer.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const { folder, scene } = furnish(t, address.port);
    const neighbour = spawn('sleep', ['300'], { stdio: 'ignore' });
    t.after(() => neighbour.kill('SIGKILL'));
    // Opens a descriptor of the neighbour's process as number 30 of what it becomes.
    const opener = [
      '-c',
      'import os, sys; p = os.pidfd_open(int(sys.argv[1])); os.dup2(p, 30); os.execv(sys.argv[2], sys.argv[2:])',
    ];
    const words = [
      process.execPath,
      inside,
      join(folder, program),
      join(folder, 'grants.yaml'),
      JSON.stringify(scene),
    ];
    if (spawnSync('python3', ['--version']).status !== 0) return t.skip('there is no python3');
    const child = spawn('python3', [...opener, String(neighbour.pid), ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const printed = await text(child.stdout);
    const { claims, answers }: { readonly claims: PlanJson; readonly answers: readonly Answered[] } =
      JSON.parse(printed);
    const reached = answers.filter(({ answer }) => answer.startsWith('succeeded'));
    assert.deepEqual(reached, []);
    const claimed = [claims.enforcement, ...claims.grants.map(({ enforcement }) => enforcement)].flat();
    assert.ok(claimed.length > 15, `${claimed.length} claims`);
    for (const { limit, by } of claimed) {
      assert.notEqual(by.length, 0, limit);
      const elsewhere = triedElsewhere.find(([claim]) => claim.test(limit));
      if (elsewhere !== undefined) assert.ok(existsSync(elsewhere[1]), elsewhere[1]);
      else
        assert.ok(
          answers.some(({ claim }) => claim === limit),
          `'${limit}' is claimed, and nothing tries it`,
        );
    }
    if (kind === 'JavaScript')
      assert.ok(!claimed.some(({ by }) => by.includes('kernel rights')), 'code can go around objects');
    return undefined;
  });
