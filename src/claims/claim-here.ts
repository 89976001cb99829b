import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { plan } from '../plan/plan.ts';
import { describeExit, type ExitReason } from '../process/exit-reason.ts';
import { includeProfiles } from '../profiles/include.ts';
import { parseText, readPart } from '../resources/document.ts';
import { Mistakes } from '../resources/mistake.ts';
import { launchPlan } from '../run/launch.ts';
import type { ClaimEnd, ClaimedProgram, ClaimOptions } from './claim.ts';
import { ClaimFolder } from './claim-folder.ts';
import { StandardStreams } from './standard-streams.ts';

/**
 * Starts a program on this machine. It ends with this process at the latest.
 *
 * @param program A path from the claim's folder, or a name that is found on the path of programs.
 * @throws ConfigurationError with every mistake of the grants, ResourceError: nothing was started.
 */
export function claimHere(program: string, options: ClaimOptions): ClaimedProgram {
  const folder = new ClaimFolder();
  const streams = new StandardStreams();
  let given = true;
  try {
    for (const [path, content] of Object.entries(options.files ?? {})) folder.write(path, content);
    const mistakes = new Mistakes();
    const grants = readPart(parseText(options.grants, 'the grants'), {
      directory: folder.path,
      mistakes,
      own: new Map([['fd', streams.read]]),
      prepare: includeProfiles,
    });
    const beside = join(folder.path, program);
    const { timeLimit: wallClock, memory } = options;
    const planned = plan(
      program.includes('/') || existsSync(beside) ? resolve(folder.path, program) : program,
      grants,
      {
        limits: { ...(wallClock !== undefined && { wallClock }), ...(memory !== undefined && { memory }) },
      },
    );
    const process = launchPlan(planned);
    streams.closeGiven();
    given = false;
    const end = async (): Promise<void> => {
      process.kill();
      await process.exited;
      streams.close();
      folder.remove();
    };
    return {
      input: streams.input,
      output: streams.output,
      exited: process.exited.then(endOf),
      write: async (path, content) => folder.write(path, content),
      read: async (path) => folder.read(path),
      end,
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    if (given) streams.closeGiven();
    streams.close();
    folder.remove();
    throw error;
  }
}

function endOf(reason: ExitReason): ClaimEnd {
  if (reason.kind === 'exited') return { kind: 'exited', code: reason.code };
  if (reason.kind === 'limit' && reason.limit === 'wall_clock') return { kind: 'limit', limit: 'time' };
  if (reason.kind === 'limit' && reason.limit === 'memory') return { kind: 'limit', limit: 'memory' };
  return { kind: 'ended', reason: describeExit(reason) };
}
