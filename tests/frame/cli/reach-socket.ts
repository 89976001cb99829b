import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Connects to a socket as soon as something listens there: between its bind(2) and listen(2) it refuses. */
export async function reachSocket(path: string): Promise<Socket> {
  for (;;) {
    const client = connect(path);
    try {
      await once(client, 'connect');
      return client;
    } catch (error) {
      client.destroy();
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
      await pause(5);
    }
  }
}
