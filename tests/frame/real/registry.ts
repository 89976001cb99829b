// Finds registries of packages on the Internet, or mirrors under their names.
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { formatHost, parseAddress } from '../../../src/network/address.ts';
import { classOf } from '../../../src/network/address-class.ts';

/** Milliseconds until a registry counts as out of reach. */
const PATIENCE = 5000;

/**
 * Gives the options that grant registries. Where a name leads to a mirror in a local network, its address is granted, too.
 *
 * @returns `undefined` where one of them is out of reach; then the test is skipped.
 */
export async function grantRegistries(
  t: TestContext,
  names: readonly string[],
): Promise<readonly string[] | undefined> {
  const hosts: string[] = [];
  for (const name of names) {
    try {
      const { address } = await lookup(name, 4);
      const socket = connect({ host: address, port: 443, timeout: PATIENCE });
      socket.once('timeout', () => socket.destroy(new Error('no answer')));
      await once(socket, 'connect');
      socket.destroy();
      const parsed = parseAddress(address);
      hosts.push(name);
      if (parsed !== undefined && classOf(parsed) !== 'public') hosts.push(formatHost(parsed));
    } catch {
      t.skip(`${name} is out of reach`);
      return undefined;
    }
  }
  return [...new Set(hosts)].flatMap((host) => ['--net', `${host}:443`]);
}
