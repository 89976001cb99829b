import { AF_INET, AF_INET6 } from '../../linux/sockets.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

const LENGTH_AT = 128;

let memory: NativeMemory | undefined;

/** The address that a network socket is bound to (getsockname(2)); `undefined` for other sockets. */
export function localAddress(socket: number): { readonly host: string; readonly port: number } | undefined {
  memory ??= new NativeMemory(LENGTH_AT + 4);
  const { view, bytes } = memory;
  view.setUint32(LENGTH_AT, LENGTH_AT, true);
  if (syscall(callNumberOf('getsockname'), socket, memory.address, memory.at(LENGTH_AT)) < 0)
    return undefined;
  const port = view.getUint16(2);
  switch (view.getUint16(0, true)) {
    case AF_INET:
      return { host: bytes.subarray(4, 8).join('.'), port };
    case AF_INET6: {
      const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(8 + 2 * index).toString(16));
      return { host: `[${groups.join(':')}]`, port };
    }
    default:
      return undefined;
  }
}
