#!/usr/bin/env -S node --
import { runGuarded } from '../cli/fail.ts';
import { rawArguments } from '../cli/raw-arguments.ts';
import { runCommand } from '../cli/run.ts';

void runGuarded('cloudabi-run', async () => runCommand('cloudabi-run', rawArguments()));
