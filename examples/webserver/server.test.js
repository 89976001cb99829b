// Tests the web server as a whole process, without a port: it is handed a connection that there is already, whose other
// end is here, and a directory made for the test. When the connection ends it has nothing left to do, and exits.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { file, launch, socket } from 'cloudabi';

const program = fileURLToPath(new URL('server.wasm', import.meta.url));

test('a page is served over a connection that the server was handed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'webserver-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'site/index.html'), '<p>Hello');
  const meeting = createServer().listen(join(folder, 'socket'));
  await once(meeting, 'listening');
  const [[connection], server] = await Promise.all([
    once(meeting, 'connection'),
    launch(program, {
      connections: [socket({ connect: join(folder, 'socket') })],
      rootdir: file(join(folder, 'site'), { rights: 'read' }),
      logfile: file(join(folder, 'log'), { rights: ['append', 'create'] }),
    }),
  ]);
  meeting.close();

  const asking = request({ createConnection: () => connection, headers: { Connection: 'close' } }).end();
  const [response] = await once(asking, 'response');
  assert.equal(response.statusCode, 200);
  assert.equal(await text(response), '<p>Hello');

  const { kind, code } = await server.exited;
  assert.deepEqual({ kind, code }, { kind: 'exited', code: 0 });
  assert.match(readFileSync(join(folder, 'log'), 'utf8'), /^.* "GET \/ HTTP\/1\.1" 200 8\n$/m);
});
