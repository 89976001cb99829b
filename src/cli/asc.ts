import type { Command } from 'commander';
import { asc } from '../toolchain/asc.ts';
import { ToolchainError } from '../toolchain/errors.ts';
import { printError } from './output.ts';

/**
 * Adds `cloudabi asc`: compiles AssemblyScript to a program with the command line of its own compiler. The process
 * exits with 0, or 1 after an error.
 */
export function addAsc(program: Command): void {
  program
    .command('asc')
    .summary('compile AssemblyScript to a WebAssembly program')
    .description(
      'Compiles AssemblyScript to a program. Takes the options of asc (see asc --help), such as -O, --debug,\n' +
        '-o FILE, -t FILE, --runtime NAME. The SDK is imported from cloudabi/assemblyscript; functions that no\n' +
        'program gets (console, process, Date.now and the like) does not compile.',
    )
    .usage('[options] FILE.ts -o PROGRAM.wasm')
    .argument('[arguments...]', 'options and files, as for asc')
    .allowUnknownOption()
    .helpOption('--help', 'show this help')
    .action(async (argv: string[]) => {
      try {
        process.exitCode = await asc(argv);
      } catch (error) {
        if (!(error instanceof ToolchainError)) throw error;
        printError(`cloudabi asc: ${error.message}`);
        process.exitCode = 1;
      }
    });
}
