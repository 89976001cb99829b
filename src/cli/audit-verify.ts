import type { Command } from 'commander';
import { print, printJsonValue } from './output.ts';

/** More than Node could hold as one text, in bytes. */
const LONGEST = 256 * 1024 * 1024;

/** The exit status for a stream that is not what was written. */
const BROKEN = 1;

/** Adds `cloudabi audit verify`. What it needs is loaded when it is called. */
export function addAudit(program: Command): void {
  program
    .command('audit')
    .description('check the records of --audit')
    .command('verify')
    .description('check that each record follows the one before, as it was written')
    .argument('<file>', 'the file of --audit')
    .option('--expect <hash>', 'the hash of a record that must be there: shows that later ones were cut off')
    .option('--json', 'print the finding as JSON')
    .action(async (file: string, { expect, json }: { expect?: string; json?: true }) => {
      const [{ verifyAudit }, { readTextFile }] = await Promise.all([
        import('../audit/verify.ts'),
        import('./document.ts'),
      ]);
      const finding = verifyAudit(readTextFile(file, LONGEST), expect);
      if (json) printJsonValue(finding);
      else if (finding.kind === 'broken') print(`${file}:${finding.line}: ${finding.reason}\n`);
      else
        print(
          `${finding.records} records, each as it was written; the last has the hash ${finding.last}\n${
            finding.open > 0
              ? `${finding.open} starts have no end: these programs run, or records are missing\n`
              : ''
          }`,
        );
      process.exitCode = finding.kind === 'broken' ? BROKEN : 0;
    });
}
