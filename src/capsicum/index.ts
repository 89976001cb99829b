/*
 * `cloudabi/capsicum`: capability mode for the process itself (docs/capsicum.md).
 */
export {
  type FcntlName,
  fcntlCommands,
  type IoctlName,
  ioctlRequests,
  lostCommands,
} from '../walls/descriptor-commands.ts';
export { type Right, rights } from '../walls/descriptor-rights.ts';
export type { Mechanism } from '../walls/mechanisms.ts';
export { type EnterOptions, enter, inCapabilityMode, limit, rightsOf } from './enter.ts';
export { CapsicumError, type CapsicumErrorCode, NotPreparedError } from './errors.ts';
export { type Feature, features } from './features.ts';
export type { Access, Keep, Kept } from './keep.ts';
export { type HasDescriptor, type Limits, unlimited } from './limit.ts';
export { type Preparation, prepare } from './prepare.ts';
export { formatRefusal, type OnRefused, type Refused } from './refusals.ts';
export {
  cacheCertificates,
  cacheLocale,
  cacheRandom,
  cacheTimeZone,
  limitStandardError,
  limitStandardInput,
  limitStandardOutput,
  limitStdio,
  limitStream,
  type StreamUse,
} from './streams.ts';
export type { Violation } from './violation.ts';
