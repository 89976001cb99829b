import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgroupPlaces } from '../../src/worlds/cgroup-host.ts';
import { command } from '../frame/cli/commands.ts';

const exec = (limits: readonly string[], script: string): string => {
  const options = limits.flatMap((limit) => ['--limit', limit]);
  return command('cloudabi', ['exec', '--base', 'system', ...options, '--', 'sh', '-c', script]).stderr;
};

const forks = 'sleep 0 & sleep 0 & sleep 0 & sleep 0 & sleep 0 & wait';

test('a limit of processes that was reached is named, for every output of the program', {
  skip: !cgroupPlaces().has('pids') && 'no control group with pids that we may write to',
}, () => {
  const reached = /sh: its limit 'processes' was reached, and a process or thread refused (once|\d times)\n$/;
  assert.match(exec(['processes=2'], forks), reached);
  // Also when the program says that all is well.
  assert.match(exec(['processes=2'], `(${forks}); exit 0`), reached);
  assert.equal(exec(['processes=100'], forks), '');
});

test('limits that the host does not report are named when the program fails', () => {
  assert.match(
    exec(['open_files=6'], 'exec 3</dev/null 4</dev/null 5</dev/null 6</dev/null'),
    /sh: it may have reached its limit 'open_files'; the host does not report that\n$/,
  );
  assert.equal(exec(['open_files=32'], 'exit 0'), '');
  assert.equal(exec([], 'exit 3'), '');
});
