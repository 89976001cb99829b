import { deepStrictEqual } from 'node:assert/strict';
import { readEnvLine } from '../../src/plan/linux/env-line.ts';
import { isScript, readScript, SCRIPT_HEAD } from '../../src/plan/linux/script.ts';
import type { Target } from '../target.ts';

/** First lines of scripts. */
export const script: Target = {
  name: 'script',
  promise: 'the first line of a script is read as the kernel reads it',
  words: ['#!', '#!/bin/sh\n', '/usr/bin/env', ' -S ', ' ', '\t', '\n', '\0', '-u A ', 'B=1 ', '"a b"', "'"],
  maximumLength: 300,
  run(bytes) {
    const head = bytes.subarray(0, SCRIPT_HEAD);
    if (!isScript(head)) return;
    const found = readScript(head);
    if (found?.argument !== undefined) readEnvLine(found.argument, new Map());
    deepStrictEqual(found, asTheKernel(head));
  },
};

const NUL = 0;
const TAB = 9;
const NEWLINE = 10;
const SPACE = 32;

/** fs/binfmt_script.c of Linux 5.10 and later, step by step. */
function asTheKernel(head: Uint8Array): ReturnType<typeof readScript> {
  const buffer = Buffer.alloc(SCRIPT_HEAD);
  buffer.set(head);
  const at = (place: number): number => buffer[place] ?? NUL;
  const isBlank = (place: number): boolean => at(place) === SPACE || at(place) === TAB;
  /** First place in a range, its end included, for which something holds; -1 for none. */
  const first = (from: number, to: number, holds: (place: number) => boolean): number => {
    for (let place = from; place <= to; place++) if (holds(place)) return place;
    return -1;
  };
  const isText = (place: number): boolean => !isBlank(place);
  const isEnd = (place: number): boolean => isBlank(place) || at(place) === NUL;
  const last = SCRIPT_HEAD - 1;
  // strnchr(3) of the kernel looks no further than a NUL.
  let end = first(0, last, (place) => at(place) === NEWLINE || at(place) === NUL);
  if (end < 0 || at(end) !== NEWLINE) {
    const name = first(2, last, isText);
    if (name < 0 || first(name, last, isEnd) < 0) return undefined;
    end = last;
  }
  while (isBlank(end - 1)) end--;
  const name = first(2, end, isText);
  // A name without a letter is one that no file has.
  if (name < 0 || name === end || at(name) === NUL) return undefined;
  buffer[end] = NUL;
  const separator = first(name, end, isEnd);
  const argument = at(separator) === NUL ? -1 : first(separator, end, isText);
  const text = (from: number): string => buffer.toString('utf8', from, buffer.indexOf(NUL, from));
  return {
    path: buffer.toString('utf8', name, separator),
    argument: argument < 0 ? undefined : text(argument),
  };
}
