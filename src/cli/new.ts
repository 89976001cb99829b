import type { Command } from 'commander';
import { ExitStatus } from '../process/exit-status.ts';
import { ToolchainError } from '../toolchain/errors.ts';
import { isLanguage, LANGUAGES, newProject } from '../toolchain/new.ts';
import { print, printError } from './output.ts';

/** Adds `cloudabi new`: makes a small project and names its files. */
export function addNew(program: Command): void {
  program
    .command('new')
    .summary('make a small project in C, C++, AssemblyScript or TypeScript')
    .description(
      'Makes a directory with a program, its grants, a test and a page; never overwrites anything.',
    )
    .argument('<language>', LANGUAGES.join(', '))
    .argument('<name>', 'the directory to make')
    .helpOption('-h, --help', 'show this help')
    .action((language: string, name: string) => {
      if (!isLanguage(language)) {
        printError(
          `cloudabi new: Cannot make a project in '${language}': wanted ${LANGUAGES.map((word) => `'${word}'`).join(', ')}`,
        );
        process.exitCode = ExitStatus.usage;
        return;
      }
      try {
        for (const path of newProject(language, name)) print(`${path}\n`);
      } catch (error) {
        if (!(error instanceof ToolchainError)) throw error;
        printError(`cloudabi new: ${error.message}`);
        process.exitCode = 1;
      }
    });
}
