// Asks for an address, as a client of DHCP does, and tells the log. It starts before the log does: its channel to the service
// `syslog` is there all the same, and the service connects when there is a message.
import { randomBytes } from 'node:crypto';
import { datagrams, program, service, text, writable } from 'cloudabi/program';
import { ACK, DISCOVER, decode, encode, OFFER, REQUEST } from './dhcp.js';

/** Replies that are looked at, at most, before the program gives up. */
const MOST_REPLIES = 100;

export default program(
  { schema: { server: datagrams(), log: service('syslog'), lease: writable(), hardware: text() } },
  async ({ server, log, lease, hardware }) => {
    const card = Buffer.from(hardware.replaceAll(':', ''), 'hex');
    const transaction = randomBytes(4).readUInt32BE();
    /** Sends a message, and waits for a reply of a type. */
    const ask = async (message: Buffer, type: number): Promise<NonNullable<ReturnType<typeof decode>>> => {
      await server.send(message);
      for (let seen = 0; seen < MOST_REPLIES; seen++) {
        const reply = decode(await server.receive(), transaction);
        if (reply?.type === type) return reply;
      }
      throw new Error('The server sends nothing but other messages');
    };
    const tell = async (message: string): Promise<void> => {
      // An address is worth more than a line in the log: but this program knows that the line is lost.
      await log.syslog({ priority: 'info', message }).catch((error: Error) => {
        process.exitCode = 3;
        lease.write(`# not logged: ${error.message}\n`);
      });
    };
    await log.openlog({ ident: 'dhclient', facility: 'daemon' });
    const offer = await ask(encode(DISCOVER, transaction, card), OFFER);
    await tell(`DHCPOFFER of ${offer.address} from ${offer.server}`);
    const { address, mask, router, seconds } = await ask(encode(REQUEST, transaction, card, offer), ACK);
    await tell(`bound to ${address} for ${seconds} seconds`);
    lease.end(`address ${address}\nmask ${mask}\nrouter ${router}\nseconds ${seconds}\n`);
  },
);
