import type { Command } from 'commander';
import { cc } from '../toolchain/cc.ts';
import { ToolchainError } from '../toolchain/errors.ts';
import { printError } from './output.ts';

/**
 * Adds `cloudabi c++`: as `cloudabi cc`, but C++20 and its library are the default, and a `.c` file is C++ too.
 */
export function addCxx(program: Command): void {
  addCompiler(program.command('c++').summary('compile C++ to a WebAssembly program'), 'c++');
}

/**
 * Adds `cloudabi cc`: compiles C and C++ to WebAssembly with the command line of a C compiler. The process
 * exits with the compiler's status; other failures are one line and status 1.
 */
export function addCc(program: Command): void {
  addCompiler(program.command('cc').summary('compile C or C++ to a WebAssembly program'), 'cc');
}

function addCompiler(command: Command, name: 'cc' | 'c++'): void {
  command
    .description(
      'Compiles and links C or C++ for wasm32-wasip1. Takes the options of a C compiler: -c, -S, -E, -o FILE,\n' +
        '-I DIR, -D NAME[=VALUE], -O0 to -O3, -Os, -g, -s, -std=…, -W…, -l NAME, -L DIR, -Wl,…; -O2 is the default.\n' +
        '-v shows the command lines of the tools. --system uses the clang of this machine (--system=clang-16: that one)\n' +
        'in place of the package @yowasp/clang. --native makes a CloudABI executable for x86-64, with the clang of this machine;\n--libc=ARCHIVE names the sources of musl for a larger C library.\n' +
        'A program that defines program_main starts there (see program.h), any other at main.',
    )
    .usage('[options] FILE... -o PROGRAM.wasm')
    .argument('[arguments...]', 'options and files, as for any C compiler')
    .allowUnknownOption()
    .helpOption('--help', 'show this help')
    .action(async (argv: string[]) => {
      try {
        process.exitCode = await cc(argv, { cxx: name === 'c++' });
      } catch (error) {
        if (!(error instanceof ToolchainError)) throw error;
        printError(`cloudabi ${name}: ${error.message}`);
        process.exitCode = 1;
      }
    });
}
