/** The library of programs in TypeScript and JavaScript: an object for each grant, and no way to anything else. */

export { ServiceChannel } from '../services/client/channel.ts';
export type { ClientOf, ServiceClient } from '../services/client/client.ts';
export { ControlledProcess } from '../services/client/controlled-process.ts';
export type { ProgramEnd } from '../services/program/process-end.ts';
export { ServiceError } from '../services/service-error.ts';
export type { Value } from './argdata.ts';
export { Datagrams } from './datagrams.ts';
export { Descriptor } from './descriptor.ts';
export { Directory } from './directory.ts';
export { OperationError } from './errors.ts';
export { type Data, File, type Range } from './file.ts';
export { Listener } from './listener.ts';
export type { OpenMode } from './mode.ts';
export { Network } from './network.ts';
export type { Granted } from './objects.ts';
export { type EndOptions, ProcessDescriptor, type ProcessEnd } from './process-descriptor.ts';
export { Program, program } from './program.ts';
export type { Rights } from './rights.ts';
export {
  bool,
  connection,
  controlledProcess,
  datagrams,
  directory,
  file,
  list,
  listener,
  network,
  number,
  optional,
  processDescriptor,
  readable,
  service,
  sharedMemory,
  type TypeSchema,
  text,
  writable,
} from './schemas.ts';
export { serve } from './serve.ts';
export { SharedMemory } from './shared-memory.ts';
export {
  ArgumentError,
  type Output,
  type SchemaIssue,
  type SchemaResult,
  type Shape,
  type StandardSchema,
} from './standard.ts';
export { Entry, type FileKind, Status } from './status.ts';
export type { Change, WatchOptions } from './watch.ts';
