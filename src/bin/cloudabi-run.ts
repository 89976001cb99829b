#!/usr/bin/env node
import { guarded } from '../cli/fail.ts';
import { rawArguments } from '../cli/raw-arguments.ts';
import { runCommand } from '../cli/run.ts';

void guarded('cloudabi-run', async () => runCommand('cloudabi-run', rawArguments()));
