import type { Command } from 'commander';

/*
 * The commands for changes that were kept aside: `cloudabi changes`, `commit` and `discard`. What they need is loaded when
 * one is called.
 */

const WHAT = 'the overlay by its identifier or its directory; by default that of this directory or one above';

const WORDS =
  'the overlay by its identifier or its directory, and paths in it; without it, paths from here, in the overlay of this directory or one above';

/** Adds the commands. */
export function addOverlays(program: Command): void {
  addChanges(program);
  program
    .command('commit')
    .description('carry changes that were kept aside out in the directory of the host')
    .argument('[words...]', WORDS)
    .usage('[options] [OVERLAY] [PATHS...]')
    .option('--overwrite', 'also replace what was changed outside meanwhile')
    .action(async (words: string[], { overwrite }: { overwrite?: true }) => {
      const { commitOverlay } = await import('./commit.ts');
      process.exitCode = commitOverlay(words, overwrite ?? false);
    });
  program
    .command('discard')
    .description('forget changes that were kept aside; the directory of the host is as it was')
    .argument('[overlay]', WHAT)
    .action(async (what: string | undefined) => {
      const { discard } = await import('./discard.ts');
      discard(what);
    });
}

type ChangesOptions = { readonly list?: true; readonly stat?: true; readonly json?: true };

function addChanges(program: Command): void {
  program
    .command('changes')
    .description(
      'show what programs have changed in directories whose changes are kept aside (exec --overlay)',
    )
    .argument('[words...]', WORDS)
    .usage('[options] [OVERLAY] [PATHS...]')
    .option('--stat', 'print a line for each change and no texts')
    .option('--json', 'print JSON')
    .option('--list', 'list all overlays of this user')
    .addHelpText('after', '\nExit status: 0, also when there are no changes.')
    .action(async (words: string[], { list, stat, json }: ChangesOptions) => {
      const { printChanges, printOverlays } = await import('./changes.ts');
      if (list) return printOverlays(json ?? false);
      await printChanges(words, { stat: stat ?? false, json: json ?? false });
    });
}
