// Channels between pods: the allowed peer gets through, everything else is refused, and certificates are exchanged meanwhile.
import assert from 'node:assert/strict';
import { connect as connectPlain, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { ChannelAuthority } from '../../../src/graph/channels/authority.ts';
import { ChannelEnds } from '../../../src/graph/channels/channel-ends.ts';
import { identityIn, identityOf } from '../../../src/graph/channels/identity.ts';
import { issueTo } from '../../frame/graph/certificates.ts';
import { makeFolder } from '../../frame/programs.ts';

const DAY = 24 * 3_600_000;

async function newAuthority(now = Date.now()): Promise<ChannelAuthority> {
  const authority = await ChannelAuthority.open([]);
  await authority.renew(now);
  return authority;
}

/** A program at a UNIX socket that answers each connection with what it was sent, and counts connections. */
async function echo(t: TestContext, path: string): Promise<{ readonly count: () => number }> {
  let connections = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections++;
    socket.pipe(socket);
  }).listen(path);
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return { count: () => connections };
}

/** A server end for `orders`, which takes connections of `front`. */
async function serve(t: TestContext, authority: ChannelAuthority) {
  const folder = makeFolder(t);
  const program = await echo(t, join(folder, 'program.sock'));
  const refusals: string[] = [];
  const certificates = await issueTo(authority, join(folder, 'certificates'), 'orders');
  const ends = new ChannelEnds(certificates, { patience: 5000, onRefusal: (words) => refusals.push(words) });
  t.after(() => ends.end());
  const allowed = [identityOf('shop', 'front')];
  const port = await ends.accept({ host: '127.0.0.1', port: 0, path: join(folder, 'program.sock'), allowed });
  return { ends, port, refusals, program, folder, certificates };
}

/** A client end with the certificates of an account, and the path of its UNIX socket. */
async function client(
  t: TestContext,
  authority: ChannelAuthority,
  port: number,
  account: string,
  {
    identity = identityOf('shop', 'orders'),
    ...issue
  }: Parameters<typeof issueTo>[3] & { identity?: string } = {},
) {
  const folder = makeFolder(t);
  const refusals: string[] = [];
  const certificates = await issueTo(authority, join(folder, 'certificates'), account, issue);
  const ends = new ChannelEnds(certificates, { patience: 0, onRefusal: (words) => refusals.push(words) });
  t.after(() => ends.end());
  const path = join(folder, 'arrow.sock');
  ends.reach({ path, host: '127.0.0.1', port, identity });
  return { path, refusals, ends, certificates };
}

/** Sends a text through a UNIX socket, and gives the answer. */
function say(path: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connectPlain({ path, allowHalfOpen: true });
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.once('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.once('end', () => socket.end());
    socket.end(text);
  });
}

test('the peer of an arrow gets through, and a stranger with a valid certificate does not', async (t) => {
  const authority = await newAuthority();
  const { port, refusals, program } = await serve(t, authority);
  const front = await client(t, authority, port, 'front');
  const got = await say(front.path, 'an order');
  assert.equal(got, 'an order');
  const long = 'x'.repeat(3_000_000);
  assert.equal(await say(front.path, long), long);
  const stranger = await client(t, authority, port, 'stranger');
  assert.equal(await say(stranger.path, 'an order'), '');
  assert.match(refusals.join(), /sa\/stranger may not connect/);
  const elsewhere = await client(t, authority, port, 'front', { namespace: 'other' });
  assert.equal(await say(elsewhere.path, 'an order'), '');
  assert.equal(program.count(), 2, 'no byte of a stranger reaches the program');
});

test('a server with a valid certificate of another account gets no byte', async (t) => {
  const authority = await newAuthority();
  const { port, program } = await serve(t, authority);
  const front = await client(t, authority, port, 'front', { identity: identityOf('shop', 'bank') });
  assert.equal(await say(front.path, 'secret'), '');
  assert.match(front.refusals.join(), /is spiffe:\/\/cluster\.local\/ns\/shop\/sa\/orders, not .*bank/);
  assert.equal(program.count() <= 1, true);
});

test('certificates that have ended, and those of another authority, are refused', async (t) => {
  const authority = await newAuthority(Date.now() - 3 * DAY);
  const { port, refusals, program } = await serve(t, authority);
  assert.equal(await say((await client(t, authority, port, 'front')).path, 'twin'), 'twin');
  const old = await client(t, authority, port, 'front', { now: Date.now() - 2 * DAY });
  assert.equal(await say(old.path, 'x'), '');
  assert.match(refusals.join(), /a handshake failed/);
  const other = await newAuthority();
  const foreign = await client(t, other, port, 'front', { trust: authority.trust });
  assert.equal(await say(foreign.path, 'x'), '');
  assert.equal(program.count(), 1);
});

test('plain text, old TLS and clients without a certificate are refused', async (t) => {
  const authority = await newAuthority();
  const { port, refusals, program, certificates } = await serve(t, authority);
  const ended = (socket: Socket): Promise<string> =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', () => {});
      socket.once('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    });
  const plain = connectPlain(port, '127.0.0.1');
  plain.write('GET / HTTP/1.1\r\nHost: orders\r\n\r\n');
  assert.doesNotMatch(await ended(plain), /HTTP|GET/);
  const nobody = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  nobody.write('hello');
  assert.equal(await ended(nobody), '');
  const { readFileSync } = await import('node:fs');
  const own = readFileSync(join(certificates, 'credentials.pem'));
  const old = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    key: own,
    cert: own,
    maxVersion: 'TLSv1.2',
  });
  assert.equal(await ended(old), '');
  assert.equal(refusals.length, 3);
  assert.equal(program.count(), 0);
});

test('certificates are exchanged without ending a connection, and new ones are used from then on', async (t) => {
  const authority = await newAuthority();
  const { ends, port, folder } = await serve(t, authority);
  const front = await client(t, authority, port, 'front');
  const open = connectPlain({ path: front.path, allowHalfOpen: true });
  const heard = (): Promise<string> =>
    new Promise((resolve) => open.once('data', (chunk) => resolve(chunk.toString())));
  open.write('before');
  assert.equal(await heard(), 'before');
  // Another authority takes the place of the first, as if the root had been renewed.
  const next = await newAuthority();
  const changed = [ends, front.ends].map(
    (one) => new Promise<void>((resolve) => one.credentials.onChange(resolve)),
  );
  await issueTo(next, join(folder, 'certificates'), 'orders');
  await issueTo(next, front.certificates, 'front');
  await Promise.all(changed);
  open.write('after');
  assert.equal(await heard(), 'after');
  open.end();
  assert.equal(await say(front.path, 'new'), 'new');
  const late = await client(t, authority, port, 'front', { trust: next.trust });
  assert.equal(await say(late.path, 'x'), '', 'the old root counts no more');
});

test('an identity is one URI of a ServiceAccount, and nothing else is', () => {
  const own = 'spiffe://cluster.local/ns/shop/sa/front';
  assert.equal(identityIn({ subjectAltName: `URI:${own}` }), own);
  for (const name of [
    `URI:${own}, URI:spiffe://cluster.local/ns/shop/sa/bank`,
    `URI:${own}, DNS:front`,
    'URI:spiffe://other.domain/ns/shop/sa/front',
    `URI:"${own}"`,
    `DNS:URI:${own}`,
    `URI:${own}/more`,
    `URI:${own}\n`,
    'URI:spiffe://cluster.local/ns/../sa/front',
    '',
  ])
    assert.equal(identityIn({ subjectAltName: name }), undefined, name);
  assert.throws(() => identityOf('shop/sa/bank', 'x'), /is no name/);
});
