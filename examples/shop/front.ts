/**
 * The shop's front end: it takes orders by HTTP and passes them on to `orders`, the only host that it reaches. An order
 * that did not get through is passed on again, to another replica or to the one that was started in the meantime.
 */
import { createServer } from 'node:http';
import { Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { listener, network, program, readable, writable } from 'cloudabi/program';

const schema = { web: listener(), network: network(), ready: writable(), stop: readable() };

/** Milliseconds between two tries, and their number. */
const AGAIN = 50;
const MOST_TRIES = 200;

async function order(item: string): Promise<string | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      const answer = await fetch(`http://orders:7000/orders/${item}`, {
        method: 'POST',
        headers: { connection: 'close' },
      });
      if (answer.ok) return await answer.text();
      if (answer.status === 404) return undefined;
    } catch {
      // The program that had the order has ended.
    }
    await pause(AGAIN);
  }
  return undefined;
}

export default program({ schema }, ({ web, ready, stop }) => {
  let stopping = false;
  const server = createServer(async (request, response) => {
    const [, item = ''] = /^\/order\/([a-z]{1,60})$/.exec(request.url ?? '') ?? [];
    const number = item === '' ? undefined : await order(item);
    if (stopping) response.setHeader('connection', 'close');
    response.statusCode = number === undefined ? 404 : 200;
    response.end(number === undefined ? 'There is no such item\n' : `Order ${number} of ${item}\n`);
  }).listen(web);
  ready.end('\n');
  stop.resume().once('end', () => {
    stopping = true;
    // Connections without a request yet are served, too: server.close() of HTTP would end them.
    Server.prototype.close.call(server);
  });
});
