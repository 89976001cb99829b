import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { hostPath } from '../host/files/host-path.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import { UsageError } from './options.ts';
import { print } from './output.ts';

/**
 * Adds `cloudabi checksum`, which writes the list of files that `executables` approves. What it needs is loaded when it is
 * called.
 */
export function addChecksum(program: Command): void {
  program
    .command('checksum')
    .description(
      'write the checksums of programs and all that they load, for a program that may start no others',
    )
    .argument('<paths...>', 'programs, or directories of programs and libraries')
    .option('-o, --output <file>', 'write the list to a file instead of standard output')
    .addHelpText('after', '\nExample:\n  $ cloudabi checksum -o approved.sha256 /usr/bin/make /bin/sh')
    .action(async (paths: readonly string[], { output }: { output?: string }) => {
      const [{ findExecutables }, { checksumOf }] = await Promise.all([
        import('../plan/linux/executables/find-executables.ts'),
        import('../plan/linux/executables/checksum-list.ts'),
      ]);
      const lines = findExecutables(paths).map((path) => {
        if (/[\n\\]/.test(path))
          throw new UsageError(
            `A list has no place for ${quote(path)}, whose name has a line end or a backslash`,
          );
        const sha256 = checksumOf(path)?.sha256;
        if (sha256 === undefined) throw new UsageError(`${quote(path)} was replaced while it was read`);
        return `${sha256}  ${path}\n`;
      });
      if (output === undefined) print(lines.join(''));
      else write(output, lines.join(''));
    });
}

function write(path: string, text: string): void {
  try {
    writeFileSync(hostPath(path), text);
  } catch (error) {
    throw new UsageError(`Cannot write ${quote(path)}: ${reasonOf(error)}`);
  }
}
