// The list that `--explain-calls` prints is the one by which the program is started.
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPseudoTerminal } from '../../../src/host/files/pseudo-terminal.ts';
import type { CallList } from '../../../src/host/processes/call-list.ts';
import { listToJson } from '../../../src/host/processes/call-list-text.ts';
import { type CommandOptions, command, file } from '../../../src/resources/constructors.ts';
import { systemCallsOf } from '../../../src/run/linux/explained-calls.ts';
import { openWorld } from '../../../src/run/linux/open.ts';
import { startLinux } from '../../../src/worlds/start.ts';
import type { Walls } from '../../../src/worlds/world.ts';
import { planLinux } from '../../frame/plan/plans.ts';

/** Describes the steps, but for numbers and names that only a start knows: of descriptors and of a terminal. */
function steps(list: CallList): string[] {
  return listToJson(list)
    .filter(({ call }) => call !== 'close_range' && call !== 'compare')
    .map(({ call, words }) => `${call}  # ${words.replace(/\/dev\/pts\/\d+/, '/dev/pts/N')}`);
}

function compare(walls: Walls, options: CommandOptions): void {
  const planned = planLinux('/bin/true', command(options));
  const { linux } = planned;
  const printed = steps(systemCallsOf(planned, walls));
  const terminal = linux.terminal ? openPseudoTerminal() : undefined;
  const opened = openWorld(planned, walls, terminal === undefined ? {} : { terminal: terminal.theirs });
  const started = startLinux(opened.world);
  opened.close();
  closeSync(started.status);
  if (terminal !== undefined) for (const end of [terminal.ours, terminal.theirs]) closeSync(end);
  assert.deepEqual(printed, steps(started.list));
}

test('the printed list is the one of the launch', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-list-'));
  const path = join(folder, 'file');
  writeFileSync(path, 'text');
  try {
    for (const base of ['minimal', 'system'] as const) {
      const options = { base, stdin: file(path, { rights: 'read' }) };
      compare('all', options);
      compare('all', { ...options, terminal: true });
      compare('all', {
        ...options,
        directories: { [folder]: file(folder, { rights: ['read', 'write', 'create', 'remove'] }) },
      });
      compare('landlock', {
        ...options,
        directories: { [folder]: file(folder, { rights: ['read', 'write', 'create', 'remove'] }) },
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
