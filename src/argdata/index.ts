export { decode } from './decode.ts';
export { type Dump, type DumpLine, dump } from './dump.ts';
export { encode, type Serialized, serialize } from './encode.ts';
export {
  ArgdataError,
  type ArgdataErrorCode,
  ArgdataValueError,
  type ArgdataValueErrorCode,
} from './errors.ts';
export { MAX_DEPTH, MAX_INT_BYTES, MAX_NUMBER_KEYS } from './format.ts';
export { JsonError, parseJson } from './json-parse.ts';
export { printJson } from './json-print.ts';
export { toArgdata } from './plain.ts';
export {
  type Argdata,
  type ArgdataMap,
  type ArgdataSeq,
  type ArgdataType,
  Fd,
  Float,
  INVALID_FD,
  Timestamp,
} from './value.ts';
export { ArgdataView } from './view.ts';
