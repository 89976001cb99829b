import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { ServiceChannel } from '../services/client/channel.ts';
import { AnyServiceClient, type ClientOf, type ServiceClient } from '../services/client/client.ts';
import { ControlledProcess } from '../services/client/controlled-process.ts';
import type { ServiceLimitTable } from '../services/limit.ts';
import type { ServiceCalls, ServiceDeclaration, ServiceForm } from '../services/service.ts';
import type { ServiceTypes } from '../services/table.ts';
import { Datagrams } from './datagrams.ts';
import { Directory } from './directory.ts';
import { File } from './file.ts';
import { Listener } from './listener.ts';
import { Network } from './network.ts';
import { ProcessDescriptor } from './process-descriptor.ts';
import { SharedMemory } from './shared-memory.ts';
import type { SchemaResult, StandardSchema } from './standard.ts';

/**
 * A schema for one type. It stands by itself in the shape of a program, and gives other libraries what they need:
 * `z.custom<Directory>(directory().is, directory().expected)`.
 */
export type TypeSchema<Type> = StandardSchema<Type> & {
  /** Tells whether a value has the type. */
  readonly is: (value: unknown) => value is Type;
  /** The message for a value that has not. */
  readonly expected: string;
};

function schema<Type>(what: string, is: (value: unknown) => value is Type): TypeSchema<Type> {
  const expected = `expected ${what}`;
  return {
    is,
    expected,
    '~standard': {
      version: 1,
      vendor: 'cloudabi',
      validate: (value): SchemaResult<Type> =>
        is(value) ? { value } : { issues: [{ message: `${expected}, not ${name(value)}` }] },
    },
  };
}

/** Describes a value, for messages. */
function name(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (value instanceof Directory) return 'a directory';
  if (value instanceof File) return 'a file';
  if (value instanceof Listener) return 'a listening socket';
  if (value instanceof Network) return 'a network';
  if (value instanceof SharedMemory) return 'shared memory';
  if (value instanceof ProcessDescriptor) return 'a process';
  if (value instanceof ControlledProcess) return 'a process that it controls';
  if (value instanceof AnyServiceClient) return `a channel to service '${value.service}'`;
  if (value instanceof ServiceChannel) return 'a channel to a service';
  if (value instanceof Datagrams) return 'a datagram socket';
  if (isSocket(value)) return 'a connected socket or pipe';
  if (isReadable(value) || isWritable(value)) return 'a pipe';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Uint8Array) return 'a binary';
  if (value instanceof Date) return 'a timestamp';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

/** Networking and streams take their time to load, and are there already where a value is one of them. */
function isSocket(value: unknown): value is Socket {
  return isReadable(value) && value instanceof globalThis.process.getBuiltinModule('node:net').Socket;
}

function isReadable(value: unknown): value is Readable {
  return value instanceof globalThis.process.getBuiltinModule('node:stream').Readable;
}

function isWritable(value: unknown): value is Writable {
  return value instanceof globalThis.process.getBuiltinModule('node:stream').Writable;
}

/** A directory. */
export function directory(): TypeSchema<Directory> {
  return schema('a directory', (value) => value instanceof Directory);
}

/** A file, device or terminal. */
export function file(): TypeSchema<File> {
  return schema('a file', (value) => value instanceof File);
}

/** A socket that listens. */
export function listener(): TypeSchema<Listener> {
  return schema('a listening socket', (value) => value instanceof Listener);
}

/** A network that leads to granted hosts. */
export function network(): TypeSchema<Network> {
  return schema('a network', (value) => value instanceof Network);
}

/** A socket that is connected. */
export function connection(): TypeSchema<Socket> {
  return schema(
    'a connected socket',
    (value): value is Socket => isSocket(value) && value.readable && value.writable,
  );
}

/** A socket for datagrams. */
export function datagrams(): TypeSchema<Datagrams> {
  return schema('a datagram socket', (value) => value instanceof Datagrams);
}

/** A client of a service: of one of this library by its name, or of another by its declaration. */
export function service<N extends keyof ServiceTypes>(name: N): TypeSchema<ServiceClient<N>>;
export function service<T extends ServiceLimitTable, C extends ServiceCalls, State>(
  declared: ServiceDeclaration<T, C, State>,
): StandardSchema<ClientOf<ServiceDeclaration<T, C, State>>>;
export function service(named: string | ServiceForm): StandardSchema<AnyServiceClient> {
  if (typeof named === 'string')
    return schema(
      `a channel to service '${named}'`,
      (value): value is AnyServiceClient => value instanceof AnyServiceClient && value.service === named,
    );
  return transformed(`a channel to service '${named.name}'`, (value) => {
    if (value instanceof AnyServiceClient) return value.form === named ? value : undefined;
    return value instanceof ServiceChannel ? new AnyServiceClient(named, value) : undefined;
  });
}

/** Shared memory. */
export function sharedMemory(): TypeSchema<SharedMemory> {
  return schema('shared memory', (value) => value instanceof SharedMemory);
}

/** Another process, which the program controls. */
export function controlledProcess(): TypeSchema<ControlledProcess> {
  return schema('a process that it controls', (value) => value instanceof ControlledProcess);
}

/** Another process, which can be waited for. */
export function processDescriptor(): TypeSchema<ProcessDescriptor> {
  return schema('a process', (value) => value instanceof ProcessDescriptor);
}

/** Something to write to, be it a file, a terminal, a pipe or a socket, as a stream. */
export function writable(): StandardSchema<Writable> {
  return transformed('something that can be written', (value) => {
    if (value instanceof File) return value.access.write ? value.createWriteStream() : undefined;
    return isWritable(value) && value.writable ? value : undefined;
  });
}

/** Something to read from, be it a file, a terminal, a pipe or a socket, as a stream. */
export function readable(): StandardSchema<Readable> {
  return transformed('something that can be read', (value) => {
    if (value instanceof File) return value.access.read ? value.createReadStream() : undefined;
    return isReadable(value) && value.readable ? value : undefined;
  });
}

/** A text. */
export function text(): TypeSchema<string> {
  return schema('a text', (value) => typeof value === 'string');
}

/** A number. */
export function number(): TypeSchema<number> {
  return schema('a number', (value) => typeof value === 'number');
}

/** True or false. */
export function bool(): TypeSchema<boolean> {
  return schema('true or false', (value) => typeof value === 'boolean');
}

/** A list whose items all fit one schema. */
export function list<Item>(of: StandardSchema<Item>): StandardSchema<readonly Item[]> {
  return standard(async (value) => {
    if (!Array.isArray(value)) return { issues: [{ message: `expected a list, not ${name(value)}` }] };
    const results = await Promise.all(value.map((item: unknown) => of['~standard'].validate(item)));
    const issues = results.flatMap(({ issues: wrong = [] }, index) =>
      wrong.map((issue) => ({ ...issue, path: [index, ...(issue.path ?? [])] })),
    );
    const items = results.flatMap((result) => (result.issues === undefined ? [result.value] : []));
    return issues.length > 0 ? { issues } : { value: items };
  });
}

/** Something that need not be there. */
export function optional<Type>(of: StandardSchema<Type>): StandardSchema<Type | undefined>;
/** Something that is `otherwise` when it is not there. */
export function optional<Type>(of: StandardSchema<Type>, otherwise: Type): StandardSchema<Type>;
export function optional<Type>(of: StandardSchema<Type>, otherwise?: Type): StandardSchema<Type | undefined> {
  return standard<Type | undefined>((value) =>
    value === undefined ? { value: otherwise } : of['~standard'].validate(value),
  );
}

function transformed<Type>(what: string, make: (value: unknown) => Type | undefined): StandardSchema<Type> {
  return standard((value) => {
    const made = make(value);
    if (made !== undefined) return { value: made };
    return { issues: [{ message: `expected ${what}, not ${name(value)}` }] };
  });
}

function standard<Type>(
  check: (value: unknown) => SchemaResult<Type> | Promise<SchemaResult<Type>>,
): StandardSchema<Type> {
  return { '~standard': { version: 1, vendor: 'cloudabi', validate: check } };
}
