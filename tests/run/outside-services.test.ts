import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { command, file, launch, type Process, pipe, plan, processControl, service } from '../../src/index.ts';
import { makeFolder, until } from '../frame/programs.ts';

const SERVICE = `
import { readFileSync } from 'node:fs';
import { serve, text } from 'cloudabi/program';
import { declareService, descriptorShape, integerShape, recordShape, serviceCall, ServiceError, setLimit, textShape } from 'cloudabi/services';

export const greeter = declareService({
  name: 'greeter',
  about: 'Greets those whose names are within its limits.',
  limits: { names: setLimit('The names that are greeted.', textShape(64)) },
  calls: {
    greet: serviceCall('Greets.', { name: textShape(64) }, textShape(200)),
    count: serviceCall('Counts the greetings of this channel.', {}, integerShape(0, 1e9)),
    host: serviceCall('Tries to read a file of the host.', {}, textShape(4096)),
    end: serviceCall('Ends the service.', {}, textShape(1)),
  },
  state: { count: 0 },
});

export default serve(greeter, { schema: { greeting: text() } }, ({ greeting }) => ({
  greet: async ({ name }, channel) => {
    if (channel.limits.names?.includes(name) === false) throw new ServiceError('ENOTCAPABLE', 'That name is not greeted');
    channel.state = { count: channel.state.count + 1 };
    return greeting + ', ' + name;
  },
  count: (_, channel) => channel.state.count,
  host: () => {
    try {
      return readFileSync('/etc/passwd', 'utf8');
    } catch (error) {
      return error.code;
    }
  },
  end: () => process.exit(3),
}));
`;

const client = (body: string): string => `
import { program, service, writable } from 'cloudabi/program';
import { greeter } from './greeter.ts';
export default program({ schema: { greeter: service(greeter), output: writable() } }, async ({ greeter, output }) => {
  const say = (value) => output.write(value + '\\n');
  ${body}
  output.end();
});
`;

function project(t: TestContext, body: string): { readonly module: string; readonly program: string } {
  const folder = makeFolder(t);
  writeFileSync(join(folder, 'greeter.ts'), SERVICE);
  writeFileSync(join(folder, 'client.ts'), client(body));
  return { module: join(folder, 'greeter.ts'), program: join(folder, 'client.ts') };
}

async function said(process: Process, output: { readonly stream: Readable }): Promise<string> {
  const words = await text(output.stream);
  const reason = await process.exited;
  assert.ok(reason.kind === 'exited' && reason.code === 0, `${words}${JSON.stringify(reason)}`);
  return words;
}

test('a service in a file of its own answers within its limits, confined by its own grants', async (t) => {
  const { module, program } = project(
    t,
    `
  say(await greeter.greet({ name: 'anna' }));
  say(await greeter.greet({ name: 'eve' }).catch(({ code }) => code));
  const clone = await greeter.clone();
  await greeter.limit({ names: [] });
  say(await greeter.greet({ name: 'anna' }).catch(({ code }) => code));
  say(await greeter.limit({ names: ['anna'] }).catch(({ code }) => code));
  say(await clone.greet({ name: 'anna' }));
  say([await greeter.count(), await clone.count()]);
  say(await greeter.greet({ name: 7 }).catch(({ code, message }) => code ?? message));
  say((await greeter.host()).slice(0, 6));`,
  );
  const output = pipe('write');
  const granted = service({ module, limits: { names: ['anna', 'otto'] }, argdata: { greeting: 'Hello' } });
  const words = await said(launch(program, { greeter: granted, output }), output);
  assert.deepEqual(words.split('\n').slice(0, 8), [
    'Hello, anna',
    'ENOTCAPABLE',
    'ENOTCAPABLE',
    'ENOTCAPABLE',
    'Hello, anna',
    '1,2',
    'EINVAL',
    'EPERM',
  ]);
});

test('a program goes on when its service ends, or ends with it, as its grant says', async (t) => {
  const body = `
  say(await greeter.end().catch(({ code }) => code));
  say(await greeter.count().catch(({ code }) => code));
  if (process.argv.length > 99) return;
  await new Promise((resolve) => setTimeout(resolve, greeter.waits ?? 0));`;
  const { module, program } = project(t, body);
  const output = pipe('write');
  const goesOn = launch(program, { greeter: service({ module, argdata: { greeting: 'Hi' } }), output });
  assert.equal(await said(goesOn, output), 'EPIPE\nEPIPE\n');
  const waits = project(
    t,
    `greeter.end().catch(() => undefined);\n  await new Promise(() => setInterval(() => undefined, 1000));`,
  );
  const ends = launch(waits.program, {
    greeter: service({ module: waits.module, argdata: { greeting: 'Hi' }, whenLost: 'end' }),
    output: pipe('write'),
  });
  const reason = await ends.exited;
  assert.ok(reason.kind === 'failed' && reason.code === 'service_lost', JSON.stringify(reason));
});

test('a service lives as long as its channels, with nothing in the launcher that holds its object', async (t) => {
  const { module, program } = project(
    t,
    `say('up');
  await new Promise((resolve) => input.once('end', resolve).resume());
  say(await greeter.greet({ name: 'anna' }));`,
  );
  const source = readFileSync(program, 'utf8')
    .replace('writable }', 'readable, writable }')
    .replace('output: writable()', 'output: writable(), input: readable()')
    .replace('greeter, output })', 'greeter, output, input })');
  writeFileSync(program, source);
  const output = pipe('write');
  const input = pipe('read');
  const process = launch(program, {
    greeter: service({ module, argdata: { greeting: 'Hello' } }),
    output,
    input,
  });
  await once(output.stream, 'readable');
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  assert.ok(typeof collect === 'function');
  for (let round = 0; round < 5; round++) {
    Reflect.apply(collect, undefined, []);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  input.stream.end();
  assert.equal(await said(process, output), 'up\nHello, anna\n');
});

/** Processes of services that this process has started. */
function servers(): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return (
        parent === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('service-process')
      );
    } catch {
      return false;
    }
  });
}

/** Waits until the last of them has ended. */
async function noServers(): Promise<void> {
  await until('the process of services has ended', () => servers().length === 0);
}

test('a Linux program ends with a service that is killed, when its grant says so, and else goes on', async () => {
  for (const whenLost of ['end', 'continue'] as const) {
    // Those of the turn before.
    await noServers();
    const input = pipe('read');
    const process = launch(
      '/bin/cat',
      command({
        base: 'system',
        stdin: input,
        descriptors: { 3: service({ pwd: null, whenLost }) },
      }),
    );
    await until('its process of services runs', () => servers().length === 1);
    const [server] = servers();
    globalThis.process.kill(Number(server), 'SIGKILL');
    if (whenLost === 'continue') {
      await noServers();
      input.stream.end();
    }
    const reason = await process.exited;
    if (whenLost === 'end')
      assert.ok(reason.kind === 'failed' && reason.code === 'service_lost', JSON.stringify(reason));
    else
      assert.deepEqual([reason.kind, 'code' in reason && reason.code], ['exited', 0], JSON.stringify(reason));
    input.stream.destroy();
  }
});

test('services of a C library and those of a tree share one process', async () => {
  await noServers();
  const input = pipe('read');
  const process = launch(
    '/bin/cat',
    command({ base: 'system', stdin: input, services: ['grp', 'netdb'], descriptors: { 3: service('pwd') } }),
  );
  await until('its process of services runs', () => servers().length > 0);
  assert.equal(servers().length, 1);
  input.stream.end();
  assert.equal((await process.exited).kind, 'exited');
  await noServers();
});

test('mistakes of a service outside are told before anything starts', (t) => {
  const { module, program } = project(t, '');
  const planned = (granted: Parameters<typeof service>[0]): unknown =>
    plan(program, { greeter: service(granted) });
  assert.ok(planned({ module }));
  assert.throws(() => planned({ module: join(module, 'no.ts') }), /no\.ts/);
  assert.throws(() => planned({ module, argdata: { site: file('/nowhere') } }), /nowhere/);
  assert.throws(
    () => plan(program, { greeter: service(JSON.parse(JSON.stringify({ module, whenLost: 'maybe' }))) }),
    /'continue'/,
  );
  // A client that could change the service could widen what it gets.
  const folder = join(module, '..');
  assert.throws(
    () =>
      plan(program, { greeter: service({ module }), folder: file(folder, { rights: ['read', 'write'] }) }),
    /greeter\.ts/,
  );
});

test('a client that may change a module or a package of a service is refused', (t) => {
  const { module, program } = project(t, '');
  const folder = join(module, '..');
  const beside = (name: string): string => join(folder, name);
  for (const name of ['words', 'data', 'node_modules', 'node_modules/words']) mkdirSync(beside(name));
  writeFileSync(beside('words/word.ts'), "export const word: string = 'Good day';");
  writeFileSync(beside('node_modules/words/index.js'), "export const other = 'Good evening';");
  const imports = "import { word } from './words/word.ts';\nimport { other } from 'words';\n";
  const server = beside('server.ts');
  writeFileSync(server, `${imports}${SERVICE.replace("greeting + ', '", "word + other + ', '")}`);
  const planned = (name: string): unknown =>
    plan(program, {
      greeter: service({ module: server, argdata: { greeting: 'Hi' } }),
      granted: file(beside(name), { rights: ['read', 'write', 'create'] }),
    });
  assert.ok(planned('data'));
  assert.throws(() => planned('words'), /word\.ts' \(a part of a program that is started with it\)/);
  assert.throws(() => planned('node_modules/words'), /a part of a program that is started with it/);
});

test('a program that serves is told how it is started, and limits that it does not know end it', async (t) => {
  const { module, program } = project(t, `say(await greeter.count().catch(({ code }) => code));`);
  const alone = await launch(module, null).exited;
  assert.match(JSON.stringify(alone), /started by a grant/);
  const output = pipe('write');
  const warned = once(globalThis.process, 'warning');
  const process = launch(program, {
    greeter: service({ module, limits: { nmaes: [] }, argdata: { greeting: 'Hi' } }),
    output,
  });
  assert.equal(await said(process, output), 'EPIPE\n');
  const [warning] = await warned;
  assert.match(String(warning), /greeter\.ts' has ended: .*'nmaes' is no limit/s);
});

const KEEPER = `
import { serve } from 'cloudabi/program';
import { boolShape, ControlledProcess, declareService, descriptorShape, nothingShape, recordShape, serviceCall } from 'cloudabi/services';

export const keeper = declareService({
  name: 'keeper',
  about: 'Keeps a process for another program.',
  limits: {},
  calls: {
    keep: serviceCall('Takes the control of a process over.', { process: descriptorShape }, nothingShape),
    end: serviceCall('Ends it.', {}, boolShape),
  },
});

let kept;
export default serve(keeper, () => ({
  keep: ({ process }) => {
    kept = new ControlledProcess(process);
    return null;
  },
  end: async () => {
    kept.kill();
    return (await kept.ended()).reason === 'killed';
  },
}));
`;

const HANDS_ON = `
import { controlledProcess, program, service, writable } from 'cloudabi/program';
import { Passed } from 'cloudabi/services';
import { keeper } from './keeper.ts';
const schema = { child: controlledProcess(), keeper: service(keeper), output: writable() };
export default program({ schema }, async ({ child, keeper, output }) => {
  await keeper.keep({ process: new Passed(child.fd) });
  child.close();
  output.write('handed on ');
  output.end(String(await keeper.end()));
});
`;

test('a program hands the control of a process on to another program, which keeps it and ends it', async (t) => {
  const folder = makeFolder(t);
  const program = join(folder, 'program.ts');
  writeFileSync(join(folder, 'keeper.ts'), KEEPER);
  writeFileSync(program, HANDS_ON);
  const stdin = pipe('read');
  const child = launch('/bin/cat', command({ base: 'system', stdin }));
  const output = pipe('write');
  const process = launch(program, {
    child: processControl(child),
    keeper: service({ module: join(folder, 'keeper.ts') }),
    output,
  });
  assert.equal(await said(process, output), 'handed on true');
  assert.equal((await child.exited).kind, 'killed');
});
