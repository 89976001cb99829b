import assert from 'node:assert/strict';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { plan, service } from '../../../src/index.ts';
import type { ServiceChannel } from '../../../src/services/client/channel.ts';
import { type Packet, PacketSocket } from '../../../src/services/client/index.ts';
import { readServiceLimits } from '../../../src/services/limit.ts';
import { socketService } from '../../../src/services/offered/socket.ts';
import { mayMakeRawSockets } from '../../../src/services/socket/raw-sockets.ts';
import { mapOfWire, Passed, type Wire } from '../../../src/services/wire.ts';
import { makeFolder } from '../../frame/programs.ts';
import { openService, wireMap } from '../../frame/services/open-channel.ts';
import { exits } from '../../frame/wasm-module.ts';

const UDP = { family: 'ipv4', type: 'datagram', protocol: 'udp' } as const;
const RAW = { family: 'ipv4', type: 'raw', protocol: 'icmp' } as const;
const isRoot = mayMakeRawSockets();

/** A socket of UDP at the loopback, and its port. */
async function peer(t: TestContext): Promise<{ readonly socket: UdpSocket; readonly port: number }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return { socket, port: socket.address().port };
}

function granted(t: TestContext, ...sockets: Readonly<Record<string, Wire>>[]): ServiceChannel {
  return openService(t, 'socket', wireMap({ sockets: sockets.map(wireMap) }));
}

async function open(
  t: TestContext,
  channel: ServiceChannel,
  given: Readonly<Record<string, Wire>>,
): Promise<PacketSocket> {
  const answer = mapOfWire(await channel.ask('open', wireMap(given)));
  const socket = answer?.get('socket');
  assert.ok(socket instanceof Passed);
  const made = new PacketSocket({ socket, addressed: answer?.get('addressed') === true });
  t.after(() => made.close());
  return made;
}

const text = ({ bytes }: Packet): string => Buffer.from(bytes).toString();

test('packets go to the one peer of a socket and come back, also when the channel is closed', async (t) => {
  const { socket, port } = await peer(t);
  socket.on('message', (message, { port: from }) => socket.send(`${message}!`, from, '127.0.0.1'));
  const channel = granted(t, { ...UDP, peers: ['127.0.0.0/8'], ports: [`${port}`] });
  const both = await open(t, channel, { ...UDP, peer: '127.0.0.1', port });
  channel.close();
  for (const word of ['one', 'two']) {
    both.send(Buffer.from(word));
    const answer = await both.receive();
    assert.deepEqual([text(answer), answer.from], [`${word}!`, undefined]);
  }
});

test('a descriptor has exactly the ways that were asked for', async (t) => {
  const { socket, port } = await peer(t);
  const channel = granted(t, { ...UDP, peers: ['127.0.0.1'] });
  const sender = await open(t, channel, { ...UDP, peer: '127.0.0.1', port, access: ['send'] });
  const receiver = await open(t, channel, { ...UDP, peer: '127.0.0.1', port, access: ['receive'] });
  const came = once(socket, 'message');
  sender.send(Buffer.from('sent'));
  const [message, from] = await came;
  assert.equal(String(message), 'sent');
  socket.send('an answer', from.port, '127.0.0.1');
  await assert.rejects(sender.receive(), { code: 'EPIPE' });
  assert.throws(() => receiver.send(Buffer.from('no')), { code: 'EPIPE' });
});

test('sockets beyond the limits are not opened, and limits only shrink', async (t) => {
  const { port } = await peer(t);
  const channel = granted(t, { ...UDP, peers: ['127.0.0.1'], ports: [`${port}`], access: ['send'] });
  const refused: readonly (readonly [Readonly<Record<string, Wire>>, string])[] = [
    [{ ...UDP, peer: '127.0.0.2', port, access: ['send'] }, 'ENOTCAPABLE'],
    [{ ...UDP, peer: '127.0.0.1', port: port === 9 ? 10 : 9, access: ['send'] }, 'ENOTCAPABLE'],
    [{ ...UDP, peer: '127.0.0.1', port }, 'ENOTCAPABLE'],
    [{ ...UDP, peer: '127.0.0.1', port, local_port: 5353, access: ['send'] }, 'ENOTCAPABLE'],
    [{ ...UDP, local_port: 5353, access: ['receive'] }, 'ENOTCAPABLE'],
    [{ ...RAW, peer: '127.0.0.1', access: ['send'] }, 'ENOTCAPABLE'],
    [{ ...UDP, type: 'raw', peer: '127.0.0.1', access: ['send'] }, 'ENOTCAPABLE'],
    [{ ...UDP, peer: '::1', port }, 'EINVAL'],
    [{ ...UDP, peer: 'localhost', port }, 'EINVAL'],
    [{ ...UDP, port }, 'EINVAL'],
    [{ ...UDP, access: [] }, 'EINVAL'],
    [{ ...UDP, peer: '127.0.0.1' }, 'EINVAL'],
    [{ ...UDP, access: ['receive'] }, 'EINVAL'],
    [{ ...UDP, peer: '127.0.0.1', port, ttl: 0 }, 'EINVAL'],
  ];
  for (const [given, code] of refused)
    await assert.rejects(channel.ask('open', wireMap(given)), { code }, JSON.stringify(given));
  channel.limit(wireMap({ sockets: [] }));
  await assert.rejects(channel.ask('open', wireMap({ ...UDP, peer: '127.0.0.1', port, access: ['send'] })), {
    code: 'ENOTCAPABLE',
  });
  assert.throws(() => channel.limit(wireMap({ sockets: [wireMap({ ...UDP })] })), { code: 'ENOTCAPABLE' });
});

test('a socket without a peer tells who has sent, and passes on only what is within the limits', async (t) => {
  const wanted = await peer(t);
  const other = await peer(t);
  // A port that is free now.
  const free = createSocket('udp4').bind(0, '127.0.0.1');
  await once(free, 'listening');
  const { port: localPort } = free.address();
  free.close();
  const channel = granted(t, {
    ...UDP,
    access: ['receive'],
    ports: [`${wanted.port}`],
    local_ports: [`${localPort}`],
  });
  const receiver = await open(t, channel, { ...UDP, access: ['receive'], local_port: localPort });
  other.socket.send('from another', localPort, '127.0.0.1');
  wanted.socket.send('from this one', localPort, '127.0.0.1');
  const packet = await receiver.receive();
  assert.equal(text(packet), 'from this one');
  assert.deepEqual(packet.from, { address: '127.0.0.1', port: wanted.port });
});

test('a grant of IPv6 reaches nothing of IPv4', async (t) => {
  const { socket, port } = await peer(t);
  const heard: string[] = [];
  socket.on('message', (message) => heard.push(String(message)));
  const channel = granted(t, { ...UDP, family: 'ipv6', local_ports: ['1-65535'] }, { ...UDP });
  const asked = wireMap({ ...UDP, family: 'ipv6', peer: '::ffff:127.0.0.1', port });
  await assert.rejects(channel.ask('open', asked));
  // The twin: the address under its own family.
  const sender = await open(t, channel, { ...UDP, peer: '127.0.0.1', port, access: ['send'] });
  const came = once(socket, 'message');
  sender.send(Buffer.from('sent'));
  await came;
  assert.deepEqual(heard, ['sent']);
});

test('raw sockets carry a ping, with a time to live', {
  skip: !isRoot && 'raw sockets need CAP_NET_RAW',
}, async (t) => {
  const channel = granted(t, { ...RAW, peers: ['127.0.0.1'] });
  const sender = await open(t, channel, { ...RAW, peer: '127.0.0.1', access: ['send'], ttl: 1 });
  const receiver = await open(t, channel, { ...RAW, access: ['receive'] });
  const echo = Buffer.from([8, 0, 0, 0, 0x12, 0x34, 0, 1]);
  echo.writeUInt16BE(0xffff - (0x0800 + 0x1234 + 1), 2);
  sender.send(echo);
  for (;;) {
    const { bytes, from } = await receiver.receive();
    assert.equal(from?.address, '127.0.0.1');
    const head = ((bytes[0] ?? 0) & 15) * 4;
    // Other processes of this host send messages, too.
    if (bytes[head + 4] !== 0x12 || bytes[head + 5] !== 0x34) continue;
    // The header of IP comes with it, as for every raw socket of IPv4; ours went out with this time to live.
    if (bytes[head] === 8) assert.equal(bytes[8], 1);
    if (bytes[head] === 0) return;
  }
});

test('the plan says when the launcher has no capability for raw sockets', (t) => {
  const program = join(makeFolder(t), 'program.wasm');
  writeFileSync(program, exits(0));
  const { warnings } = plan(program, { probes: service({ socket: { sockets: [{ ...RAW }] } }) });
  assert.equal(
    warnings.some(({ message }) => message.includes('CAP_NET_RAW')),
    !isRoot,
  );
});

test('limits that mean nothing are refused', () => {
  const read = (parts: Readonly<Record<string, Wire>>): unknown =>
    readServiceLimits(socketService.limits, wireMap({ sockets: [wireMap(parts)] }));
  assert.ok(read({ ...UDP, ports: [53, '100-200'], peers: ['10.0.0.0/8'] }));
  for (const wrong of [
    { ...UDP, ports: ['200-100'] },
    { ...UDP, ports: ['0'] },
    { ...UDP, peers: ['example.org'] },
    { ...UDP, peers: ['10.0.0.0/33'] },
    { ...UDP, peers: ['::1'] },
    { ...UDP, protocol: 'tcp' },
    { ...UDP, protocol: 'icmpv6' },
    { ...RAW, ports: ['1'] },
    { ...UDP, type: 'stream' },
  ])
    assert.throws(() => read(wrong), /has|expects|is none/, JSON.stringify(wrong));
});
