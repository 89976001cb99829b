import { deepStrictEqual, ok } from 'node:assert/strict';
import { ArgdataError } from '../../src/argdata/errors.ts';
import { decodeValue, encodeFrame, HEAD_SIZE, MAX_REQUEST, readFrameHead } from '../../src/services/frame.ts';
import { coversLimits, narrowLimits, readServiceLimits } from '../../src/services/limit.ts';
import { readServiceAnswer, readServiceRequest, writeServiceRequest } from '../../src/services/request.ts';
import { ServiceError } from '../../src/services/service-error.ts';
import { ShapeError } from '../../src/services/shape.ts';
import { services } from '../../src/services/table.ts';
import { Passed, passedIn, type Wire } from '../../src/services/wire.ts';
import type { Target } from '../target.ts';

/** Messages of a client to a service, and limits and arguments in them. */
export const serviceMessages: Target = {
  name: 'services',
  promise:
    'a message is refused with an error for its client or understood, and no limits that are asked for are wider',
  words: [
    '\x5e\xca',
    'call\0',
    'arguments\0',
    'limit\0',
    'clone\0',
    'users\0',
    'fields\0',
    'names\0',
    'services\0',
    'result\0',
    'error\0',
    'ENOENT\0',
  ],
  maximumLength: 400,
  run(bytes) {
    if (bytes.length >= HEAD_SIZE) {
      const head = readFrameHead(bytes, 0, MAX_REQUEST);
      if (head !== undefined) ok(head.size <= MAX_REQUEST && head.descriptors <= 16);
    }
    for (const count of [0, 1]) refusedOr(() => readMessage(bytes, count));
  },
};

function readMessage(bytes: Uint8Array, count: number): void {
  const value = decodeValue(bytes, count === 0 ? [] : [new Passed(3)]);
  deepStrictEqual(passedIn(value).length, count);
  refusedOr(() => readServiceAnswer(value));
  for (const { limits, calls } of services.values()) {
    refusedOr(() => narrowByValue(limits, value));
    for (const { takes, gives } of Object.values(calls)) {
      refusedOr(() => takes.read(value, []));
      refusedOr(() => gives.read(value, []));
    }
  }
  const { call, given } = readServiceRequest(value);
  const again = encodeFrame(writeServiceRequest(call, given), MAX_REQUEST);
  ok(again.bytes.length >= HEAD_SIZE);
}

function narrowByValue(table: Parameters<typeof narrowLimits>[0], value: Wire): void {
  const before = readServiceLimits(table, value);
  ok(coversLimits(table, before, narrowLimits(table, before, value)));
}

/** Errors that a client is told; others are mistakes of ours. */
function refusedOr(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof ShapeError || error instanceof ArgdataError))
      throw error;
  }
}
