// The same client in capability mode without a service, as dhclient(8) was at first: it opens its log before it gives its
// rights up, as such programs do. But the log is not there yet, and syslog(3) says nothing: it connects again with the first
// message, when nothing can be connected any more.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { connect } from 'node:net';
import { enter } from 'cloudabi/capsicum';
import { ACK, DISCOVER, decode, encode, OFFER, REQUEST } from './dhcp.js';

/** A log as syslog(3) is: every error is silent. */
class Log {
  #path;
  #socket;

  constructor(path) {
    this.#path = path;
  }

  /** Connects, if there is a log. */
  async open() {
    const socket = connect(this.#path);
    this.#socket = await once(socket, 'connect').then(
      () => socket,
      () => undefined,
    );
  }

  async write(message) {
    if (this.#socket === undefined) await this.open();
    this.#socket?.write(`<30>dhclient: ${message}\n`);
  }

  close() {
    this.#socket?.end();
  }
}

const [port, path, leasePath, hardware] = process.argv.slice(2);
const card = Buffer.from(hardware.replaceAll(':', ''), 'hex');
const log = new Log(path);
await log.open();
const lease = openSync(leasePath, 'w');
const server = createSocket('udp4');
server.connect(Number(port), '127.0.0.1');
await once(server, 'connect');
enter();
console.log('in capability mode');
await once(process.stdin, 'data'); // The host goes on with its start: now the log is there.

const transaction = randomBytes(4).readUInt32BE();
async function ask(message, type) {
  server.send(message);
  for (;;) {
    const [bytes] = await once(server, 'message');
    const reply = decode(bytes, transaction);
    if (reply?.type === type) return reply;
  }
}
const offer = await ask(encode(DISCOVER, transaction, card), OFFER);
await log.write(`DHCPOFFER of ${offer.address} from ${offer.server}`);
const { address, seconds } = await ask(encode(REQUEST, transaction, card, offer), ACK);
await log.write(`bound to ${address} for ${seconds} seconds`);
writeSync(lease, `address ${address}\n`);
log.close();
server.close();
process.stdin.destroy();
