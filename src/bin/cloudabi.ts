#!/usr/bin/env node
import { Command } from 'commander';
import { addCc } from '../cli/cc.ts';

const program = new Command('cloudabi').description(
  'Runs any program with exactly the resources it is handed, and nothing else',
);
addCc(program);
await program.parseAsync();
