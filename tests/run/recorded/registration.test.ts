import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openControl } from '../../../src/cli/running.ts';
import { runningPrograms } from '../../../src/control/registry.ts';
import { plan } from '../../../src/plan/plan.ts';
import { firstProcess } from '../../../src/process/first-process.ts';
import { command, pipe } from '../../../src/resources/constructors.ts';
import { launchPlan } from '../../../src/run/launch.ts';
import { Registration } from '../../../src/run/recorded/registration.ts';
import { makeFolder, setEnvironment, until } from '../../frame/programs.ts';

test('a command that only waits once it has served for a while is listed without its socket, and forgotten at its end', async (t) => {
  const folder = makeFolder(t);
  setEnvironment(t, { XDG_RUNTIME_DIR: folder });
  const stdin = pipe('read');
  const planned = plan('/bin/cat', command({ base: 'system', stdin }));
  const program = launchPlan(planned);
  t.after(() => program.kill());
  const registration = new Registration('exec', planned);
  registration.serveSoon({ program, refusals: undefined, board: undefined, onChange: undefined });
  const alive = setInterval(() => undefined, 1000);
  t.after(() => clearInterval(alive));
  await until('it is served', () => runningPrograms()[0]?.socket !== undefined);
  const [served] = runningPrograms();
  assert.ok(served);
  const client = await openControl(served);
  assert.ok(client);
  client.close();

  const first = firstProcess(program) ?? 0;
  const entry = registration.write(first);
  assert.equal(entry, served.entry, 'there is an entry to be removed');
  assert.deepEqual(
    runningPrograms().map(({ socket, first: found }) => [socket, found]),
    [[undefined, first]],
  );
  assert.ok(!existsSync(`${entry}.sock`));
  // The entry that was read before leads to no socket, and that is no error.
  assert.equal(await openControl(served), undefined);

  registration.end();
  assert.deepEqual(readdirSync(join(folder, 'cloudabi')), []);
  await assert.rejects(openControl(served), /has ended meanwhile/);
  stdin.stream.end();
  await program.exited;
});
