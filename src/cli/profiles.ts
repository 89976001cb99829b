import type { Command } from 'commander';
import { printable } from '../text/printable.ts';
import { print } from './output.ts';

/** Adds `cloudabi profiles`: the profiles that can be included by name, and the text of one. */
export function addProfiles(program: Command): void {
  const profiles = program
    .command('profiles')
    .description('list the profiles that --profile and include find by name, or print one')
    .addHelpText('after', '\nExample:\n  $ cloudabi profiles show git');
  profiles
    .command('list', { isDefault: true })
    .description('list the profiles, each with the first sentence about it')
    .action(async () => {
      const { describeProfiles } = await import('../profiles/describe.ts');
      print(describeProfiles());
    });
  profiles
    .command('show')
    .description('print the file of a profile')
    .argument('<name>', 'its name, or a path with a slash')
    .action(async (name: string) => {
      const [{ findProfile }, { InputError }] = await Promise.all([
        import('../profiles/find.ts'),
        import('./input.ts'),
      ]);
      const found = findProfile(name, process.cwd());
      if (typeof found === 'string') throw new InputError(found);
      print(
        `${found.text
          .trimEnd()
          .split('\n')
          .map((line) => printable(line))
          .join('\n')}\n`,
      );
    });
}
