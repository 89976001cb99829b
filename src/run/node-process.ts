import { dieWithParent } from '../host/parent.ts';
import { endProcess, resetSignal } from '../host/process.ts';
import { codeOf } from './errors.ts';
import { ExitStatus } from './exit-status.ts';
import { report, usage } from './guest-report.ts';
import { startNode } from './node-start.ts';
import { becomeStreams } from './node-streams.ts';
import { settle, TERMINATING } from './process-state.ts';
import { Inherited, readStartFile } from './start-file.ts';

/** The whole life of a process that `launch` has started for a program in TypeScript or JavaScript. */
export async function nodeProcess(): Promise<void> {
  let run: () => void;
  try {
    run = await prepare();
  } catch (error) {
    const code = codeOf(error);
    const message =
      error instanceof Error ? (code === undefined ? error.stack : error.message) : String(error);
    report({ is: 'failed', code: code ?? 'bug', message: message ?? '' });
    return endProcess(ExitStatus.bug);
  }
  run();
}

async function prepare(): Promise<() => void> {
  const { start, argdata, module } = readStartFile(Inherited.startFile);
  if (!dieWithParent(start.parent)) return endProcess(ExitStatus.bug);
  settle();
  TERMINATING.forEach(resetSignal);
  delete process.env['UV_USE_IO_URING'];
  const inherited = start.descriptors.map((descriptor, index) => ({
    ...descriptor,
    host: Inherited.first + index,
  }));
  const { command } = start;
  return await startNode({
    path: start.path,
    linked: module,
    argdata,
    descriptors: command === undefined ? inherited : becomeStreams(inherited),
    command: command && {
      arguments: command.arguments,
      environment: new Map(command.environment),
      preopens: new Map(command.preopens),
    },
    // The others are /dev/null, and stay so.
    keep: [0, 1, 2, Inherited.report],
    memoryLimit: start.memoryLimit,
    accept: start.accept,
    ...(start.trace && { onRefused: (refusal) => report({ is: 'refused', refusal }) }),
    onExit: (code) => report({ is: 'exited', code, usage: usage() }),
  });
}
