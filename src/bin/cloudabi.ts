#!/usr/bin/env node
import { Command } from 'commander';
import { addArgdataCommand } from '../cli/argdata.ts';
import { addCc } from '../cli/cc.ts';

const program = new Command('cloudabi')
  .description('Run any program with exactly the resources it is handed, and nothing else')
  .configureOutput({
    outputError: (text, write) => write(text.replace(/^error: (.)/, (_, first) => first.toUpperCase())),
  })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
addArgdataCommand(program);
addCc(program);
await program.parseAsync();
