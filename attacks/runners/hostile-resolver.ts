import { createSocket, type Socket } from 'node:dgram';

const A = 1;
const CNAME = 5;
const AAAA = 28;
const HEADER = 12;

/** Records that fit into one datagram of a loopback interface. */
const MANY = 3500;

const LOOPBACK = [127, 0, 0, 1];
/** The host's loopback as addresses of IPv6: its own, IPv4-mapped, and by NAT64 and 6to4. */
const DISGUISED = [
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...LOOPBACK],
  [0, 100, 255, 155, 0, 0, 0, 0, 0, 0, 0, 0, ...LOOPBACK],
  [32, 2, ...LOOPBACK, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
];

type Resource = { readonly name: readonly number[]; readonly type: number; readonly data: readonly number[] };

/** A pointer to the name of the question (RFC 1035, section 4.1.4). */
const QUESTION = [0xc0, HEADER];

/** Makes a server of names under `example.org` whose answers lead to this host, in one way or another. */
export function hostileResolver(): Socket {
  const socket = createSocket('udp4', (message, { port, address }) => {
    const end = message.indexOf(0, HEADER);
    if (end < 0 || end + 5 > message.length) return;
    const first = message.toString('latin1', HEADER + 1, HEADER + 1 + (message[HEADER] ?? 0));
    const records = recordsOf(first, message.readUInt16BE(end + 1), end + 5);
    const head = Buffer.from(message.subarray(0, HEADER));
    head.writeUInt16BE(0x8180, 2);
    for (const [at, count] of [
      [4, 1],
      [6, records.length],
      [8, 0],
      [10, 0],
    ] as const)
      head.writeUInt16BE(count, at);
    const bytes = records.flatMap(({ name, type, data }) => [
      ...[...name, 0, type, 0, 1, 0, 0, 0, 0],
      ...[data.length >> 8, data.length & 255, ...data],
    ]);
    socket.send([head, message.subarray(HEADER, end + 5), Buffer.from(bytes)], port, address);
  });
  return socket;
}

/** @param at The place of the first record. */
function recordsOf(first: string, type: number, at: number): readonly Resource[] {
  const addresses = (list: readonly (readonly number[])[], name = QUESTION): Resource[] =>
    list.map((data) => ({ name, type, data }));
  const loopback = type === A ? [LOOPBACK] : type === AAAA ? DISGUISED : [];
  switch (first) {
    case 'alias': {
      // `localhost` by itself, and the addresses under that name.
      const target = [9, ...Buffer.from('localhost'), 0];
      const data = at + QUESTION.length + 10;
      return [
        { name: QUESTION, type: CNAME, data: target },
        ...addresses(loopback, [0xc0 | (data >> 8), data & 255]),
      ];
    }
    case 'many':
      return addresses(type === A ? Array<number[]>(MANY).fill(LOOPBACK) : loopback);
    case 'loop':
      // A name that points to itself.
      return [...addresses(loopback, [0xc0 | (at >> 8), at & 255]), ...addresses(loopback)];
    default:
      return addresses(loopback);
  }
}
