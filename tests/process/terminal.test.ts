import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ProgramTerminal } from '../../src/process/terminal.ts';

test('the last output of a program is passed on, also when Node takes its terminal to be at the end before', async () => {
  const terminal = new ProgramTerminal();
  const output = text(terminal.output);
  writeSync(terminal.theirs, 'the last line\n');
  terminal.handOver();
  const { input } = terminal;
  // As libuv does when the terminal has hung up and a read gave less than was asked for.
  Reflect.apply(Reflect.get(input, 'push'), input, [null]);
  assert.equal(await output, 'the last line\r\n');
});

test('a program that opens its terminal again at the end does not hold the launcher up', async () => {
  const terminal = new ProgramTerminal();
  const output = text(terminal.output);
  const { input } = terminal;
  // The program's end stays open, and nothing is printed.
  Reflect.apply(Reflect.get(input, 'push'), input, [null]);
  assert.equal(await output, '');
  terminal.close();
});
