#!/usr/bin/env node
import { guarded } from '../cli/fail.ts';
import { runCommand } from '../cli/run.ts';

void guarded('cloudabi-run', () => runCommand('cloudabi-run', process.argv.slice(2)));
