import type { Command } from 'commander';
import { UsageError } from './options.ts';
import { print, printJsonValue } from './output.ts';

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
      const [{ readFileSync }, { verifyAudit }, { reasonOf }] = await Promise.all([
        import('node:fs'),
        import('../audit/verify.ts'),
        import('../resources/file-kind.ts'),
      ]);
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (error) {
        throw new UsageError(`Cannot read '${file}': ${reasonOf(error)}`);
      }
      const finding = verifyAudit(text, expect);
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
