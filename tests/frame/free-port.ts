import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** The lowest port that is given: below it are those that a browser, and fetch(), do not ask. */
const LOWEST = 12_000;

/**
 * Finds a TCP port of 127.0.0.1 that no process has at this moment. It lies outside of the range from which the kernel
 * gives ports to connections and to listeners that name none, so that no other test gets it before it is used.
 */
export async function freePort(): Promise<number> {
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'latin1');
  const end = Math.max(Number.parseInt(range, 10), LOWEST + 1000);
  for (let turn = 0; turn < 100; turn++) {
    const port = LOWEST + Math.floor(Math.random() * (end - LOWEST));
    if (await isFree(port)) return port;
  }
  assert.fail('no port is free');
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
