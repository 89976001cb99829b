import { codeOf } from '../plan/errors.ts';
import { statusOfCode } from '../process/exit-reason.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import { printError } from './output.ts';
import { checkWordsOfNode } from './words-of-node.ts';

/**
 * Tells the user about an error: a mistake of theirs in its own words, a mistake of ours with all that helps to
 * find it.
 *
 * @returns The exit status it deserves.
 */
export function explainFailure(command: string, error: unknown): number {
  if (error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd') {
    printError(`${command}: Cannot tell the working directory: ${reasonOf(error)}; change to another one`);
    return ExitStatus.resource;
  }
  if (isOfFile(error)) {
    printError(`${command}: Cannot ${error.syscall} ${quote(error.path)}: ${reasonOf(error)}`);
    return ExitStatus.resource;
  }
  const code = codeOf(error);
  const status = code === undefined ? ExitStatus.bug : statusOfCode(code);
  if (error instanceof Error && status !== ExitStatus.bug) {
    // A mistake in a document begins with its name, so that editors find the place.
    const located = status === ExitStatus.configuration || status === ExitStatus.resource;
    printError(located ? error.message : `${command}: ${error.message}`);
  } else {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    printError(`${command}: A mistake in cloudabi itself; please report it with this:\n${details}`);
  }
  return status;
}

/** Tells whether an error is one of the host about a file that it names, which has no better words where it was met. */
function isOfFile(error: unknown): error is Error & { readonly path: string; readonly syscall: string } {
  return (
    error instanceof Error &&
    'syscall' in error &&
    typeof error.syscall === 'string' &&
    'path' in error &&
    typeof error.path === 'string'
  );
}

/** Runs a command to its end: its status becomes that of this process, its failure is explained. */
export async function runGuarded(command: string, run: () => Promise<number>): Promise<void> {
  try {
    checkWordsOfNode();
    process.exitCode = await run();
  } catch (error) {
    process.exitCode = explainFailure(command, error);
  }
  // Nothing is left to be done then. Node would take its heap apart first.
  process.once('beforeExit', () => process.exit());
}
