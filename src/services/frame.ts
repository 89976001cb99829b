import { decode } from '../argdata/decode.ts';
import { serialize } from '../argdata/encode.ts';
import { ArgdataError } from '../argdata/errors.ts';
import { ServiceError } from './service-error.ts';
import type { Passed, Wire } from './wire.ts';

/*
 * A message is a head of eight bytes and a value of argdata. The head, little-endian: u32 bytes of the value, u16 number
 * of descriptors, u16 mark. Descriptors come with the first byte (SCM_RIGHTS, unix(7)); leaves of the value name them by
 * their index. A channel is a stream, so that programs without our library read and write it, too.
 */

/** Bytes of the head of a message. */
export const HEAD_SIZE = 8;

/** The mark of a head: a peer that speaks something else is told apart at once. */
const MARK = 0xca5e;

/** The most bytes in the value of a request. */
export const MAX_REQUEST = 0x10000;

/** The most bytes in the value of a reply. */
export const MAX_REPLY = 0x100000;

/** The most descriptors with one message. */
export const MAX_PASSED = 16;

/** Values of messages nest no deeper. */
const MAX_NESTING = 32;

/** The head of a message. */
export type Head = { readonly size: number; readonly descriptors: number };

/**
 * Reads the head of a message.
 *
 * @param most The most bytes that its value may have.
 * @returns `undefined` for one that is none, or says too much: nothing that follows can be understood.
 */
export function readFrameHead(bytes: Uint8Array, at: number, most: number): Head | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, HEAD_SIZE);
  const size = view.getUint32(0, true);
  const descriptors = view.getUint16(4, true);
  if (view.getUint16(6, true) !== MARK || size > most || descriptors > MAX_PASSED) return undefined;
  return { size, descriptors };
}

/**
 * Decodes the value of a message.
 *
 * @param descriptors Host descriptors that came with it.
 * @throws ServiceError `EBADMSG` for bytes that are no argdata, and for descriptors that it does not name once each.
 */
export function decodeValue(bytes: Uint8Array, descriptors: readonly Passed[]): Wire {
  const used = new Set<number>();
  let value: Wire;
  try {
    value = decode<Passed>(bytes, (index) => {
      const descriptor = descriptors[index];
      if (descriptor === undefined || used.has(index))
        throw new ServiceError('EBADMSG', `The value names descriptor ${index}, of ${descriptors.length}`);
      used.add(index);
      return descriptor;
    });
  } catch (error) {
    if (error instanceof ArgdataError) throw new ServiceError('EBADMSG', error.message);
    throw error;
  }
  if (used.size !== descriptors.length)
    throw new ServiceError('EBADMSG', `The value names ${used.size} of ${descriptors.length} descriptors`);
  if (nesting(value) > MAX_NESTING)
    throw new ServiceError('EBADMSG', `Values of messages nest at most ${MAX_NESTING} levels`);
  return value;
}

function nesting(value: Wire): number {
  const inner: readonly Wire[] = Array.isArray(value)
    ? value
    : value instanceof Map
      ? [...value.keys(), ...value.values()]
      : [];
  let most = 0;
  for (const each of inner)
    if (typeof each === 'object' && each !== null) most = Math.max(most, nesting(each));
  return Array.isArray(value) || value instanceof Map ? most + 1 : 0;
}

/** A message that is ready to be sent. */
export type Frame = { readonly bytes: Uint8Array; readonly descriptors: readonly number[] };

/**
 * Encodes a message.
 *
 * @param most The most bytes that its value may have.
 * @throws ServiceError `EMSGSIZE` for a value that is too large.
 */
export function encodeFrame(value: Wire, most: number): Frame {
  const { bytes, descriptors } = serialize<Passed>(value);
  if (bytes.length > most || descriptors.length > MAX_PASSED)
    throw new ServiceError(
      'EMSGSIZE',
      `The message has ${bytes.length} bytes and ${descriptors.length} descriptors, of at most ${most} and ${MAX_PASSED}`,
    );
  const frame = new Uint8Array(HEAD_SIZE + bytes.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint16(4, descriptors.length, true);
  view.setUint16(6, MARK, true);
  frame.set(bytes, HEAD_SIZE);
  return { bytes: frame, descriptors: descriptors.map(({ descriptor }) => descriptor) };
}
