#!/bin/sh
import { runGuarded } from '../cli/fail.ts';
import { rawArguments } from '../cli/raw-arguments.ts';
import { takeMarks } from '../cli/words-of-node.ts';

takeMarks();
const [name] = process.argv.slice(2);

// Commands that start programs must be fast, so they read their own arguments; the other commands use a library.
if (name === 'run' || name === 'exec' || name === 'learn') {
  const command = `cloudabi ${name}`;
  void runGuarded(command, async () => {
    const [, ...argv] = rawArguments();
    if (name === 'learn') return (await import('../cli/learn.ts')).learnCommand(command, argv);
    return name === 'run'
      ? (await import('../cli/run.ts')).runCommand(command, argv)
      : (await import('../cli/exec.ts')).execCommand(command, argv);
  });
} else {
  void runGuarded('cloudabi', async () => (await import('../cli/cloudabi.ts')).cloudabi(process.argv));
}
