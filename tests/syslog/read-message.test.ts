import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_LOG_MESSAGE, readLogMessage } from '../../src/syslog/read-message.ts';

const read = (text: string): ReturnType<typeof readLogMessage> => readLogMessage(Buffer.from(text));

test('messages of C libraries, logger and Python are read', () => {
  const messages: readonly (readonly [string, readonly [number, number, string, string, string]])[] = [
    ['<19>Nov 30 10:05:05 prog[2]: hello', [2, 3, 'prog', '2', 'hello']],
    ['<22>Nov  3 10:05:05 sl-musl: plain\n', [2, 6, 'sl-musl', '', 'plain']],
    ['<36>Nov 30 10:05:05 tag: hi there', [4, 4, 'tag', '', 'hi there']],
    ['<12>py handler\0', [1, 4, '', '', 'py handler']],
    [
      '<13>1 2026-11-30T10:05:05.549010+00:00 localhost root 2 - [timeQuality tzKnown="1" isSynced="0"] five',
      [1, 5, 'root', '2', 'five'],
    ],
    ['<13>1 - - - - - - \ufeffsix', [1, 5, '', '', 'six']],
    ['<165>1 - h app - ID [a b="]\\"" c="2"][d@1] seven', [20, 5, 'app', '', 'seven']],
    ['no priority', [1, 5, '', '', 'no priority']],
    ['<192>Nov 30 10:05:05 a: beyond', [1, 5, 'a', '', 'beyond']],
  ];
  for (const [line, [facility, severity, tag, process, text]] of messages)
    assert.deepEqual(read(line), { facility, severity, tag, process, text }, line);
});

test('a message is one line of bounded length, and cannot forge another', () => {
  const forged = read('<13>a: one\n<0>Nov 30 10:05:05 kernel: two\x1b[2J\u2028three');
  assert.equal(forged?.text, 'one\ufffd<0>Nov 30 10:05:05 kernel: two\ufffd[2J\ufffdthree');
  const long = read(`<13>a: ${'x'.repeat(10_000)}`);
  assert.equal(long?.text.length, MAX_LOG_MESSAGE - '<13>a: '.length);
  assert.equal(readLogMessage(Buffer.of(0x3c, 0xff, 0xfe))?.text, '<\ufffd\ufffd');
});

test('nothing to say is no message', () => {
  for (const line of ['', '\0', '<13>', '<13>Nov 30 10:05:05 a[1]:', '<13>1 - - - - - -', '\n\n'])
    assert.equal(read(line), undefined, JSON.stringify(line));
});
