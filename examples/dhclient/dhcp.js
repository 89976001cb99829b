// Messages of DHCP (RFC 2131, RFC 2132), as far as a client needs them. A reply is untrusted: each length is checked.

/** Bytes before the options, with the mark of DHCP. */
const HEAD = 240;
const MAGIC = 0x63825363;
const REPLY = 2;

/** Types of messages (option 53). */
export const DISCOVER = 1;
export const OFFER = 2;
export const REQUEST = 3;
export const ACK = 5;

const Option = { mask: 1, router: 3, address: 50, lease: 51, type: 53, server: 54, end: 255, pad: 0 };

/**
 * Makes a message of a client.
 *
 * @param {number} type
 * @param {number} transaction 32 bits that the reply repeats.
 * @param {Uint8Array} hardware The address of the network card, of six bytes.
 * @param {{ address: string, server: string } | undefined} offer The offer that is asked for.
 */
export function encode(type, transaction, hardware, offer) {
  const bytes = Buffer.alloc(HEAD + 32);
  bytes.set([1, 1, 6, 0]);
  bytes.writeUInt32BE(transaction, 4);
  bytes.set(hardware, 28);
  bytes.writeUInt32BE(MAGIC, HEAD - 4);
  const options = [Option.type, 1, type];
  if (offer !== undefined)
    options.push(Option.address, 4, ...quad(offer.address), Option.server, 4, ...quad(offer.server));
  bytes.set([...options, Option.end], HEAD);
  return bytes;
}

/**
 * Reads a reply; undefined for one that is broken or belongs to another transaction.
 *
 * @param {Buffer} bytes
 * @param {number} transaction
 */
export function decode(bytes, transaction) {
  if (bytes.length < HEAD || bytes[0] !== REPLY) return undefined;
  if (bytes.readUInt32BE(4) !== transaction || bytes.readUInt32BE(HEAD - 4) !== MAGIC) return undefined;
  const options = new Map();
  for (let at = HEAD; ; ) {
    const code = bytes[at++];
    if (code === Option.end) break;
    if (code === Option.pad) continue;
    const length = bytes[at++];
    if (length === undefined || at + length > bytes.length) return undefined;
    options.set(code, bytes.subarray(at, at + length));
    at += length;
  }
  const part = (code, length) => (options.get(code)?.length === length ? options.get(code) : undefined);
  const [type, server, lease] = [part(Option.type, 1), part(Option.server, 4), part(Option.lease, 4)];
  if (type === undefined || server === undefined) return undefined;
  return {
    type: type[0],
    address: [...bytes.subarray(16, 20)].join('.'),
    server: [...server].join('.'),
    mask: part(Option.mask, 4)?.join('.'),
    router: part(Option.router, 4)?.join('.'),
    seconds: lease?.readUInt32BE(),
  };
}

function quad(address) {
  return address.split('.').map(Number);
}
