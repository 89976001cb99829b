import { Command } from 'commander';
import { ExitStatus } from '../process/exit-status.ts';
import { addArgdataCommand } from './argdata.ts';
import { addAsc } from './asc.ts';
import { addAttach } from './attach.ts';
import { addAudit } from './audit-verify.ts';
import { addCc, addCxx } from './cc.ts';
import { addChecksum } from './checksum.ts';
import { addCtl } from './ctl.ts';
import { addDoctor } from './doctor.ts';
import { addDecrypt } from './encryption.ts';
import { addExplain } from './explain.ts';
import { addGraph } from './graph.ts';
import { addInspect } from './inspect.ts';
import { addNew } from './new.ts';
import { printError, watchOutput } from './output.ts';
import { addOverlays } from './overlays.ts';
import { addProfiles } from './profiles.ts';
import { addPs } from './ps.ts';
import { rawArguments } from './raw-arguments.ts';
import { addStudio } from './studio.ts';
import { addTrust } from './trust.ts';
import { version } from './version.ts';

/**
 * `cloudabi` with any command but those that start programs.
 *
 * @param argv As Node has it: two words, then the arguments.
 * @returns The exit status.
 */
export async function cloudabi(argv: readonly string[]): Promise<number> {
  watchOutput();
  // Options of other commands stand in its words.
  if (argv[2] === 'why') return (await import('./why.ts')).whyCommand(rawArguments().slice(1));
  if (argv[2] === 'diff-grants')
    return (await import('./diff-grants.ts')).diffGrantsCommand(rawArguments().slice(1));
  const program = new Command('cloudabi')
    .description('Runs any program with exactly the resources it is handed, and nothing else.')
    .helpOption('-h, --help', 'show this help')
    .version(version(), '-V, --version', 'show the version')
    .showSuggestionAfterError()
    .configureOutput({
      writeErr: (text) => printError(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: (.)/, (_, first) => first.toUpperCase())),
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : ExitStatus.usage));
  // These are for the list only: calls of them do not come here.
  program
    .command('run')
    .usage('[options] PROGRAM < grants.yaml')
    .description('run a program with the grants of a YAML document');
  program
    .command('exec')
    .usage('[options] -- PROGRAM [ARGUMENTS...]')
    .description('run a UNIX program with the grants of options');
  program
    .command('why')
    .usage('QUESTION... PROGRAM < grants.yaml')
    .description('say whether a program may use something, by which grant, and what holds it');
  program
    .command('diff-grants')
    .usage('A B [-- PROGRAM]')
    .description('say what grants B allow and grants A do not, and the reverse');
  program
    .command('learn')
    .usage('[-o FILE] [options] -- PROGRAM [ARGUMENTS...]')
    .description('run a Linux program unconfined, and write the grants that it needs');
  addExplain(program);
  addGraph(program);
  addStudio(program);
  addProfiles(program);
  addTrust(program);
  addChecksum(program);
  addAudit(program);
  addPs(program);
  addInspect(program);
  addAttach(program);
  addCtl(program);
  addDoctor(program);
  addOverlays(program);
  addDecrypt(program);
  addArgdataCommand(program);
  addCc(program);
  addCxx(program);
  addAsc(program);
  addNew(program);
  await program.parseAsync([...argv]);
  return typeof process.exitCode === 'number' ? process.exitCode : 0;
}
