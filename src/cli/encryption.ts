import { resolve } from 'node:path';
import type { Command } from 'commander';

/** The options as commander gives them. */
type Given = { readonly key: string; readonly output?: string; readonly check?: true };

/** Adds `cloudabi decrypt`. What it needs is loaded when it is called. */
export function addDecrypt(program: Command): void {
  program
    .command('decrypt')
    .description('decrypt files of a directory that programs have encrypted (exec --encrypt)')
    .argument('<directory>', 'the encrypted directory')
    .argument('[paths...]', 'files and directories in it; all of it by default')
    .requiredOption('-k, --key <file>', 'the file with the key')
    .option(
      '-o, --output <directory>',
      'a new directory for the decrypted files; one file is printed without it',
    )
    .option('--check', 'say whether everything is authentic, and write nothing')
    .addHelpText(
      'after',
      '\nExit status: 66 when files are damaged.\n\nExample:\n  $ cloudabi decrypt --key notes.key notes today.txt',
    )
    .action(async (directory: string, paths: readonly string[], { key, output, check }: Given) => {
      const { decryptDirectory } = await import('./decrypt.ts');
      const options = { key: resolve(key), output, check: check ?? false };
      process.exitCode = decryptDirectory(directory, paths, options);
    });
}
