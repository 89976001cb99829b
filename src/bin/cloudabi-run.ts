#!/bin/sh
import { runGuarded } from '../cli/fail.ts';
import { rawArguments } from '../cli/raw-arguments.ts';
import { runCommand } from '../cli/run.ts';
import { takeMarks } from '../cli/words-of-node.ts';

takeMarks();
void runGuarded('cloudabi-run', async () => runCommand('cloudabi-run', rawArguments()));
