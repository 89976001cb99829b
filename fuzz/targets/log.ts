import { ok } from 'node:assert/strict';
import { MAX_LOG_MESSAGE, readLogMessage } from '../../src/syslog/read-message.ts';
import type { Target } from '../target.ts';

/** Messages of a program to /dev/log. */
export const log: Target = {
  name: 'log',
  promise: 'a message is dropped, or one line of bounded length with a priority that there is',
  words: [
    '<13>',
    '<191>',
    '1 ',
    'Nov 30 10:05:05 ',
    'a[1]: ',
    '- ',
    '[a b="',
    '\\"',
    '"]',
    '\n<0>',
    '\ufeff',
  ],
  maximumLength: 3000,
  run(bytes) {
    const message = readLogMessage(bytes);
    if (message === undefined) return;
    const { facility, severity, tag, process, text } = message;
    ok(facility >= 0 && facility <= 23 && severity >= 0 && severity <= 7);
    ok(text !== '' && text.length <= MAX_LOG_MESSAGE);
    for (const part of [tag, process, text]) ok(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(part), 'a control character');
    ok(/^[^\s[\]:]{0,128}$/u.test(process) && !/\s/.test(tag));
  },
};
