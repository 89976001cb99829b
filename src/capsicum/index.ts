/*
 * `cloudabi/capsicum`: capability mode for the process itself (docs/capsicum.md).
 */
export type { Mechanism } from '../walls/mechanisms.ts';
export { type EnterOptions, enter, inCapabilityMode, limit, rightsOf } from './enter.ts';
export { CapsicumError, type CapsicumErrorCode, NotPreparedError } from './errors.ts';
export { type Feature, features } from './features.ts';
export type { Access, Keep, Kept } from './keep.ts';
export { type HasDescriptor, type Limits, type Right, rights, unlimited } from './limit.ts';
export { type Preparation, prepare } from './prepare.ts';
export { formatRefusal, type OnRefused, type Refused } from './refusals.ts';
