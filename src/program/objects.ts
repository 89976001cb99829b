import { createReadStream, createWriteStream } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { Filetype } from '../abi/generated/constants.ts';
import { resolveType } from '../kernel/files.ts';
import { R, RH } from '../kernel/rights.ts';
import { ServiceChannel } from '../services/client/channel.ts';
import { AnyServiceClient } from '../services/client/client.ts';
import { ControlledProcess } from '../services/client/controlled-process.ts';
import { OUTSIDE } from '../services/outside.ts';
import { services } from '../services/table.ts';
import { Datagrams } from './datagrams.ts';
import { Directory } from './directory.ts';
import { File } from './file.ts';
import { Listener } from './listener.ts';
import { Network } from './network.ts';
import { ProcessDescriptor } from './process-descriptor.ts';
import type { DescriptorPlace } from './program-world.ts';
import { ServedEnd } from './served-end.ts';
import { SharedMemory } from './shared-memory.ts';

/** The object for a descriptor in a program. Connected sockets and ends of pipes are Node's own streams. */
export type Granted =
  | Directory
  | File
  | Listener
  | Network
  | Socket
  | Readable
  | Writable
  | SharedMemory
  | Datagrams
  | ProcessDescriptor
  | AnyServiceClient
  | ServiceChannel
  | ServedEnd
  | ControlledProcess;

/**
 * The object for a descriptor, by its type and rights.
 *
 * @throws OperationError when the descriptor is not open.
 */
export function objectOf(place: DescriptorPlace): Granted {
  const { world, number, label } = place;
  const { descriptors } = world.process;
  if (number === world.network) return new Network(place);
  const service = world.services.get(number);
  if (service !== undefined) return client(place, service);
  if (world.served.has(number)) return new ServedEnd(hostOf(place));
  if (world.processes.has(number)) return new ControlledProcess(hostOf(place));
  const type = world.check(resolveType(world.process, number), 'fd_stat_get', label);
  switch (type) {
    case Filetype.directory:
      return new Directory(place);
    case Filetype.process:
      return new ProcessDescriptor(place);
    case Filetype.shared_memory:
      return new SharedMemory(place);
    case Filetype.socket_dgram:
      return new Datagrams(place);
    case Filetype.socket_stream:
      return descriptors.baseHigh(number) & RH.sockAccept ? new Listener(place) : stream(place);
    case Filetype.unknown:
      return descriptors.baseLow(number) & (R.fd_read | R.fd_write) ? stream(place) : new File(place);
    default:
      return new File(place);
  }
}

/**
 * A client of a service, which has the host descriptor from then on; the channel alone for a service outside this library, of
 * which the program has the declaration.
 */
function client(place: DescriptorPlace, name: string): AnyServiceClient | ServiceChannel {
  const fd = hostOf(place);
  if (name === OUTSIDE) return new ServiceChannel(fd);
  const service = services.get(name);
  if (service === undefined) throw new TypeError(`There is no service '${name}'`);
  return new AnyServiceClient(service, new ServiceChannel(fd));
}

/** The host descriptor at a place, for an object that has it from then on. */
function hostOf({ world, number, label }: DescriptorPlace): number {
  return world.check(world.process.descriptors.require('fd_stat_get', number, 0), 'fd_stat_get', label);
}

/** A socket or a pipe as a stream of Node, which has the host descriptor from then on. */
function stream(place: DescriptorPlace): Socket | Readable | Writable {
  const low = place.world.process.descriptors.baseLow(place.number);
  const fd = hostOf(place);
  const readable = (low & R.fd_read) !== 0;
  const writable = (low & R.fd_write) !== 0;
  // Event loops make their descriptors non-blocking, for all who share them: a right of its own.
  if (low & R.fd_stat_put_flags) {
    // Networking is loaded for programs that have a use for it.
    const { Socket } = globalThis.process.getBuiltinModule('node:net');
    return new Socket({ fd, readable, writable, allowHalfOpen: true });
  }
  return writable ? createWriteStream('', { fd }) : createReadStream('', { fd });
}
