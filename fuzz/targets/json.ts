import { deepStrictEqual } from 'node:assert/strict';
import { JsonError, parseJson, printJson } from '../../src/argdata/index.ts';
import { refusedAs, type Target, textOf } from '../target.ts';

/** Argdata written as JSON. */
export const json: Target = {
  name: 'json',
  promise: 'text is refused with a JsonError, or is a value that survives printing',
  words: [
    '{"$fd": 0}',
    '{"$',
    'fd',
    'binary',
    'int',
    'map',
    'NaN',
    '"',
    ':',
    ',',
    '[',
    ']',
    '{',
    '}',
    '1e9',
    '\\ud800',
    '\\u0000',
    'true',
    'null',
    '-0',
    '0.5',
  ],
  maximumLength: 2048,
  run(bytes) {
    const value = refusedAs([JsonError], () => parseJson(textOf(bytes)));
    if (value !== undefined) deepStrictEqual(parseJson(printJson(value)), value);
  },
};
