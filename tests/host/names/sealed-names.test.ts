import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { addressOf, bytesAt } from '../../../src/host/libc.ts';
import { compiler, writerCode } from '../../../src/host/names/code.ts';
import {
  NAME_ROOM,
  NAMES_SIZE,
  REQUESTS_SIZE,
  Requests,
  SLOTS,
  SlotState,
} from '../../../src/host/names/layout.ts';
import { type Name, startNameWriter, withName } from '../../../src/host/names/sealed-names.ts';
import { holdInSource, isWhatItsSourceSays } from '../../frame/host/machine-code.ts';

function nameOf(bytes: Uint8Array): Name {
  const terminated = Buffer.concat([bytes, Buffer.of(0)]);
  return { bytes: terminated.subarray(0, -1), address: addressOf(terminated) };
}

/** Names the file behind a name. */
function written(bytes: Uint8Array): Buffer {
  let found = Buffer.alloc(0);
  const name = nameOf(bytes);
  const result = withName(name, (address) => {
    const all = Buffer.from(bytesAt(address, NAME_ROOM));
    found = all.subarray(0, all.indexOf(0));
    return 7;
  });
  assert.equal(result, 7);
  return found;
}

describe('the name writer', () => {
  test('is what its source says', (context) =>
    isWhatItsSourceSays(context, 'writer', { compiler, code: writerCode }));

  test('has the structure that TypeScript and the handler of refused calls write', (context) => {
    for (const source of ['src/host/names/writer.c', 'src/host/trap/handler.c'])
      holdInSource(context, source, [
        `SLOTS == ${SLOTS} && NAME_ROOM == ${NAME_ROOM} && SLOTS * NAME_ROOM == ${NAMES_SIZE}`,
        `sizeof(struct requests) <= ${REQUESTS_SIZE}`,
        `__builtin_offsetof(struct requests, sequence) == ${Requests.sequence}`,
        `__builtin_offsetof(struct requests, alive) == ${Requests.alive}`,
        `__builtin_offsetof(struct requests, states) == ${Requests.states}`,
        `__builtin_offsetof(struct requests, names) == ${Requests.names}`,
        ...Object.entries(SlotState).map(([name, value]) => `slot_${name} == ${value}`),
      ]);
  });

  test('writes names of any bytes, and nothing with a slash', () => {
    startNameWriter();
    for (const bytes of ['a', 'x'.repeat(255), 'ä ö', '..', '\x01\xff'].map((text) => Buffer.from(text))) {
      assert.deepEqual(written(bytes), bytes);
    }
    for (const bytes of ['/', '../x', 'x/', `${'x'.repeat(254)}/`].map((text) => Buffer.from(text))) {
      assert.equal(
        withName(nameOf(bytes), () => 7),
        -2,
        `${bytes}`,
      );
    }
    assert.equal(
      withName(nameOf(Buffer.alloc(256, 'x')), () => 7),
      -36,
    );
  });

  test('gives names back, however often they are asked for', () => {
    startNameWriter();
    for (let round = 0; round < 4 * SLOTS; round++)
      assert.equal(
        withName(nameOf(Buffer.from('a')), () => round),
        round,
      );
    const nested = (depth: number): number =>
      depth === 0 ? 7 : withName(nameOf(Buffer.from(`a${depth}`)), () => nested(depth - 1));
    assert.equal(nested(SLOTS), 7);
    assert.equal(nested(SLOTS + 1), -11, 'there is no room for more at once');
    assert.equal(nested(SLOTS), 7);
  });

  test('holds no descriptor, sees nothing of its parent, and ends with it', () => {
    const source = `
      import { startNameWriter } from '${new URL('../../../../dist/host/names/sealed-names.js', import.meta.url).href}';
      import fs from 'node:fs';
      startNameWriter();
      const children = fs.readFileSync('/proc/self/task/' + process.pid + '/children', 'utf8').trim().split(' ');
      const status = fs.readFileSync('/proc/' + children[0] + '/status', 'utf8');
      console.log(JSON.stringify({ children, status, memory: /VmRSS:\\s*(\\d+)/.exec(status)[1],
        descriptors: process.getuid() === 0 ? fs.readdirSync('/proc/' + children[0] + '/fd').length : 0 }));
      process.kill(process.pid, 'SIGKILL');`;
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
      encoding: 'utf8',
    });
    assert.equal(signal, 'SIGKILL');
    const { children, status, memory, descriptors } = JSON.parse(stdout);
    assert.equal(children.length, 1);
    assert.equal(descriptors, 0);
    assert.match(status, /^Seccomp:\s*2$/m);
    assert.match(status, /^NoNewPrivs:\s*1$/m);
    assert.ok(Number(memory) < 1000, `${memory} kB`);
    // It is told by a signal, which may take a moment.
    const gone = spawnSync('sh', ['-c', `while [ -e /proc/${children[0]} ]; do sleep 0.01; done`], {
      timeout: 60_000,
    });
    assert.equal(gone.status, 0, 'it is still there');
    assert.ok(!readdirSync('/proc').includes(String(children[0])));
  });
});
