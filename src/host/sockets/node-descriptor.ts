import type { Socket } from 'node:net';

/** Finds the host descriptor of a socket of Node, which keeps it in a handle that its types do not name. */
export function descriptorOfSocket(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined;
  return typeof handle.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}
