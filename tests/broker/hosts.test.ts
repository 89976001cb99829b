import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { nameTarget } from '../../src/network/refusal.ts';
import { script, serve } from '../frame/broker/hosts.ts';
import { ownResolver } from '../frame/broker/own-resolver.ts';

/** Connects with Node and prints what comes, or the code of the error. */
const connectTo = (host: string, port: number): string =>
  `require('net').connect(${port}, '${host}').on('data', (data) => process.stdout.write(data)).on('error', (error) => console.log(error.code))`;

test('a granted name leads to its server, and to no other port of it', async (t) => {
  const { at, asked } = await ownResolver(t, { 'svc.example.org': [['127.0.0.1']] });
  const { port } = await serve(t, (socket) => socket.end('served'));
  const other = await serve(t, (socket) => socket.end('other'));
  const network = {
    hosts: [`svc.example.org:${port}`, `127.0.0.1:${port}`],
    resolver: at,
  };
  const good = await script(network, connectTo('SVC.example.ORG.', port));
  assert.equal(good.out, 'served', good.errors);
  assert.deepEqual(good.refusals, []);
  assert.ok(asked.includes('svc.example.org'));
  // The kernel refuses it by itself, and the report of that comes a moment later.
  const bad = await script(
    network,
    `${connectTo('svc.example.org', other.port)}; setTimeout(() => {}, 1000)`,
  );
  assert.equal(bad.out, 'ECONNREFUSED\n', bad.errors);
  assert.deepEqual(
    bad.refusals.map(({ target }) => nameTarget(target)),
    [`svc.example.org:${other.port}`, `svc.example.org:${other.port}`].slice(0, bad.refusals.length),
  );
  assert.ok(bad.refusals.length > 0);
  assert.equal(bad.refusals[0]?.denial.kind, 'other-port');
});

test('a name that is not granted does not exist, and is not looked up', async (t) => {
  const { at, asked } = await ownResolver(t, { 'other.example.org': [['127.0.0.1']] });
  const { port } = await serve(t, (socket) => socket.end('served'));
  const network = { hosts: [`svc.example.org:${port}`, `127.0.0.1:${port}`], resolver: at };
  const { out, refusals } = await script(network, connectTo('other.example.org', port));
  assert.equal(out, 'ENOTFOUND\n');
  assert.deepEqual(asked, []);
  assert.deepEqual(
    refusals.map(({ target }) => target),
    [{ kind: 'look-up', name: 'other.example.org' }],
  );
});

test('the address that was checked is dialled: a name that changes its address reaches no other', async (t) => {
  const { at } = await ownResolver(t, { 'turns.example.org': [['127.0.0.1'], ['127.0.0.2']] });
  const { port } = await serve(t, (socket) => socket.end('granted'));
  await serve(t, (socket) => socket.end('private'), '127.0.0.2', port);
  const network = { hosts: [`turns.example.org:${port}`, `127.0.0.1:${port}`], resolver: at };
  const twice = `
    const one = () => new Promise((resolve) => require('net').connect(${port}, 'turns.example.org')
      .on('data', (data) => resolve(String(data))).on('error', (error) => resolve(error.code)));
    one().then((first) => setTimeout(() => one().then((second) => console.log(first, second)), 2500));`;
  const { out, refusals, errors } = await script(network, twice);
  assert.equal(out, 'granted ECONNRESET\n', errors);
  const [refusal] = refusals;
  assert.deepEqual(refusal?.denial.kind === 'class' && refusal.denial.class, 'loopback');
  assert.equal(refusal?.process?.executable, process.execPath);
});

test('a name with granted and other addresses leads to the granted ones alone', async (t) => {
  const { at } = await ownResolver(t, {
    'both.example.org': [['127.0.0.2', '169.254.169.254', '127.0.0.1']],
  });
  const { port } = await serve(t, (socket) => socket.end('granted'));
  await serve(t, (socket) => socket.end('private'), '127.0.0.2', port);
  const network = { hosts: [`both.example.org:${port}`, `127.0.0.1:${port}`], resolver: at };
  for (const { out } of await Promise.all(
    [1, 2, 3].map(() => script(network, connectTo('both.example.org', port))),
  ))
    assert.equal(out, 'granted');
});

test('the host loopback is reached at granted ports only, over both families', async (t) => {
  const { port } = await serve(t, (socket) => socket.end('served'));
  const other = await serve(t, (socket) => socket.end('other'));
  const network = { hosts: [`localhost:${port}`] };
  for (const host of ['127.0.0.1', '::1', 'localhost']) {
    const { out, errors } = await script(network, connectTo(host, port));
    assert.equal(out, 'served', `${host}: ${errors}`);
  }
  const { out, refusals } = await script(network, connectTo('127.0.0.1', other.port));
  assert.equal(out, 'ECONNREFUSED\n');
  const [refusal] = refusals;
  assert.ok(refusal?.remedy.kind === 'rule');
  assert.equal(refusal.remedy.rule.host.kind, 'localhost');
});

test('a literal address needs a rule of its own', async (t) => {
  const { port } = await serve(t, (socket) => socket.end('served'));
  const { at } = await ownResolver(t, { 'svc.example.org': [['127.0.0.1']] });
  const network = { hosts: [`svc.example.org:${port}`], resolver: at };
  const { out, refusals } = await script(network, connectTo('127.0.0.1', port));
  assert.equal(out, 'ECONNRESET\n');
  assert.equal(refusals.length, 1);
  assert.equal(refusals[0]?.process?.executable, process.execPath);
});

test('a server that cannot be reached is a reset', async (t) => {
  const { port, server } = await serve(t, () => undefined);
  server.close();
  const { out } = await script({ hosts: [`localhost:${port}`] }, connectTo('127.0.0.1', port));
  assert.equal(out, 'ECONNRESET\n');
});

test('halves of a connection close alone, and large answers arrive whole', async (t) => {
  const { port } = await serve(t, (socket) => {
    let length = 0;
    socket.on('data', (chunk) => {
      length += chunk.length;
    });
    socket.on('end', () => socket.end(Buffer.alloc(20_000_000, String(length % 10))));
  });
  const source = `
    let got = 0, last;
    require('net').connect({ port: ${port}, host: 'localhost', allowHalfOpen: true })
      .on('data', (data) => { got += data.length; last = data.at(-1); })
      .on('end', () => console.log(got, String.fromCharCode(last)))
      .end(Buffer.alloc(5_000_007));`;
  const { out, errors } = await script({ hosts: [`localhost:${port}`] }, source);
  assert.equal(out, '20000000 7\n', errors);
});

test('two thousand connections are open at once', async (t) => {
  const { port } = await serve(t, (socket) => socket.pipe(socket));
  const source = `
    const { connect } = require('net');
    let open = 0, answered = 0;
    const all = [];
    const more = () => {
      if (all.length === 2000) return;
      for (let i = 0; i < 100; i++) {
        all.push(connect(${port}, '127.0.0.1', () => {
          if (++open % 100 === 0) more();
          if (open === 2000) for (const one of all) one.write('x');
        }).on('data', () => { if (++answered === 2000) { console.log('all'); process.exit(0); } }));
      }
    };
    more();`;
  const { out, errors, refusals } = await script({ hosts: [`localhost:${port}`] }, source);
  assert.equal(out, 'all\n', `${errors}${JSON.stringify(refusals.slice(0, 3))}`);
});

test('limits on connections and bytes hold', async (t) => {
  const { port } = await serve(t, (socket) => socket.pipe(socket));
  const two = `
    const { connect } = require('net');
    const first = connect(${port}, '127.0.0.1', () => first.write('x')).once('data', () => {
      connect(${port}, '127.0.0.1').on('error', (error) => { console.log(error.code); process.exit(0); });
    });`;
  const atOnce = await script({ hosts: [`localhost:${port}`], limits: { connections: 1 } }, two);
  assert.equal(atOnce.out, 'ECONNRESET\n', atOnce.errors);
  // The reset is told to the read or to the write; where the write has it, Node may end without an error.
  const much = `
    let got = 0;
    require('net').connect(${port}, '127.0.0.1').on('data', function (data) { got += data.length; if (got === 1e6) this.destroy(); })
      .on('error', () => {}).on('close', () => console.log('closed', got < 1e6)).write(Buffer.alloc(1e6));`;
  const total = await script({ hosts: [`localhost:${port}`], limits: { bytes: 100_000 } }, much);
  assert.equal(total.out, 'closed true\n', total.errors);
});

test('limits on the speed hold', async (t) => {
  const { port } = await serve(t, (socket) => socket.pipe(socket));
  const much = `
    let got = 0;
    const start = performance.now();
    require('net').connect(${port}, '127.0.0.1').on('data', (data) => {
      got += data.length;
      if (got === 300_000) { console.log(performance.now() - start > 2000); process.exit(0); }
    }).write(Buffer.alloc(300_000));`;
  // Both directions count: 600,000 bytes, of which a first quarter of a MiB is free.
  const slow = await script({ hosts: [`localhost:${port}`], limits: { bytesPerSecond: 100_000 } }, much);
  assert.equal(slow.out, 'true\n', slow.errors);
  const many = `
    let open = 0;
    const start = performance.now();
    const one = () => require('net').connect(${port}, '127.0.0.1', function () { this.write('x'); })
      .on('data', function () {
        this.destroy();
        if (++open === 15) { console.log(performance.now() - start > 900); process.exit(0); }
        one();
      });
    one();`;
  const few = await script({ hosts: [`localhost:${port}`], limits: { connectionsPerSecond: 5 } }, many);
  assert.equal(few.out, 'true\n', few.errors);
});

test('an attempt is reported although the program ends at once', async () => {
  for (let turn = 0; turn < 5; turn++) {
    const { refusals } = await script(
      { hosts: ['localhost:9'] },
      "require('net').connect(10, '127.0.0.1').on('error', () => process.kill(process.pid, 'SIGKILL'))",
    );
    assert.deepEqual(
      refusals.map(({ target }) => nameTarget(target)),
      ['127.0.0.1:10'],
    );
  }
});

test('a limit that is reached is reported, and so is a granted host that does not answer', async (t) => {
  const { port } = await serve(t, (socket) => socket.resume());
  const two = `
    const one = () => new Promise((resolve) => require('net').connect(${port}, '127.0.0.1')
      .once('close', resolve).on('error', () => undefined).once('connect', () => resolve()));
    one().then(one).then(one).then(() => setTimeout(() => process.exit(), 500));`;
  const limited = await script({ hosts: [`127.0.0.1:${port}`], limits: { connections: 1 } }, two);
  const denials = limited.refusals.map(({ denial }) => denial);
  assert.ok(
    denials.some((one) => one.kind === 'limit' && one.limit === 'connections'),
    JSON.stringify(denials),
  );
  const gone = await serve(t, (socket) => socket.end());
  gone.server.close();
  await once(gone.server, 'close');
  const lost = await script({ hosts: [`127.0.0.1:${gone.port}`] }, connectTo('127.0.0.1', gone.port));
  assert.equal(lost.out, 'ECONNRESET\n', lost.errors);
  assert.deepEqual(
    lost.refusals.map(({ denial }) => denial),
    [{ kind: 'unreachable', reason: 'connection refused' }],
  );
});
