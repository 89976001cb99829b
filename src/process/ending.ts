import { writeSync } from 'node:fs';
import type { WasmExit } from '../gates/wasm/exit.ts';
import { STDERR } from '../host/files/standard-streams.ts';
import { endProcess } from '../host/processes/own-process.ts';
import { printable } from '../text/printable.ts';
import { ExitStatus } from './exit-status.ts';
import { report, usage } from './guest-report.ts';

/**
 * The way in which a program's process ends and reports its end, as data: any thread of the program can then end it.
 */
export type Ending =
  /** It reports to its launcher; with `trace`, refusals too. */
  | { readonly to: 'launcher'; readonly trace: boolean }
  /** A trap of the program is printed, if standard error was granted. */
  | { readonly to: 'terminal'; readonly canPrint: boolean; readonly path: string };

/** Ends the process as its program has ended. */
export function endAs(exit: WasmExit, ending: Ending): never {
  if (ending.to === 'launcher') {
    report(
      exit.kind === 'trapped'
        ? { is: 'trapped', message: exit.message, usage: usage() }
        : { is: 'exited', code: exit.code, usage: usage() },
    );
  } else if (exit.kind === 'trapped' && ending.canPrint) {
    print(printable(`${ending.path} trapped: ${exit.message}`));
  }
  return endProcess(exit.kind === 'trapped' ? ExitStatus.trapped : exit.code);
}

function print(line: string): void {
  try {
    writeSync(STDERR, `${line}\n`);
  } catch {
    // Standard error is not read any more.
  }
}
