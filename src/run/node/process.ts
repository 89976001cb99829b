import { close } from '../../host/files/files.ts';
import { placeAt, STDERR } from '../../host/files/standard-streams.ts';
import { endProcess, raiseSignal, resetSignal } from '../../host/processes/own-process.ts';
import { dieWithParent } from '../../host/processes/parent.ts';
import { listenForEnd } from '../../host/processes/process-info.ts';
import { takeOver } from '../../host/sockets/handover.ts';
import { R } from '../../kernel/rights.ts';
import { SIGSYS } from '../../linux/signals.ts';
import { ExitStatus } from '../../process/exit-status.ts';
import { report, usage } from '../../process/guest-report.ts';
import { settle, TERMINATING } from '../../process/process-state.ts';
import { LONGEST_MESSAGE, type Report } from '../../process/report.ts';
import { Inherited, readStartFile } from '../../process/start-file.ts';
import { failToRun } from '../fail-to-run.ts';
import { type NodeStart, startNode } from './start.ts';
import { becomeStreams } from './streams.ts';

/** As many frames of a stack are reported. */
const MOST_FRAMES = 16;

/** The whole life of a process that `launch` has started for a program in TypeScript or JavaScript. */
export async function nodeProcess(): Promise<void> {
  let run: () => void;
  try {
    run = await prepare();
  } catch (error) {
    return failToRun(error);
  }
  run();
}

async function prepare(): Promise<() => void> {
  const [file, ...hosts] = takeOver(Inherited.report) ?? process.exit(ExitStatus.bug);
  if (file === undefined) return endProcess(ExitStatus.bug);
  const { start, argdata, module } = readStartFile(file);
  close(file);
  if (start.parent !== undefined && !dieWithParent(start.parent)) return endProcess(ExitStatus.bug);
  settle();
  delete process.env['UV_USE_IO_URING'];
  TERMINATING.forEach(resetSignal);
  const inherited = start.descriptors.map((descriptor, index) => ({
    ...descriptor,
    host: hosts[index] ?? -1,
  }));
  const files = start.ends.map((index, position) => {
    const end = hosts[start.descriptors.length + position] ?? -1;
    listenForEnd(hosts[index] ?? -1, end);
    return end;
  });
  start.streams.forEach((index, stream) => {
    const granted = inherited[index];
    if (granted !== undefined) placeAt(granted.host, stream);
  });
  const { command } = start;
  const canPrint =
    command === undefined
      ? start.streams[STDERR] !== -1
      : ((inherited[STDERR]?.base.low ?? 0) & R.fd_write) !== 0;
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
    keep: [0, 1, 2, Inherited.report, ...files],
    memoryLimit: start.memoryLimit,
    accept: start.accept,
    threads: start.startsThreads,
    hasNetwork: start.hasNetwork,
    asksServices: start.asksServices,
    network: start.network,
    services: start.services,
    processes: start.processes,
    served: start.served,
    ...(start.trace && refusalReporters(start.trap)),
    canPrint,
    onExit: (code, said) =>
      report({
        is: 'exited',
        code,
        usage: usage(),
        ...(said !== undefined && { message: said.slice(0, LONGEST_MESSAGE) }),
      }),
  });
}

/** Makes the functions that report refusals, and with `trap` end the process after the first. */
function refusalReporters(trap: boolean): Pick<NodeStart, 'onRefused' | 'onRefusedCall' | 'hold'> {
  const tell = (message: Report): void => {
    report(message);
    if (trap) raiseSignal(SIGSYS);
  };
  return {
    hold: trap,
    onRefused: (refusal) => tell({ is: 'refused', refusal }),
    onRefusedCall: ({ call, errno, path, to, address, arguments: values, stack }) =>
      tell({
        is: 'refused call',
        refusal: {
          call,
          errno,
          ...(path !== undefined && { path }),
          ...(to !== undefined && { to }),
          ...(address !== undefined && { address }),
          arguments: values.map((value) => `0x${value.toString(16)}`),
          ...(stack !== undefined && { stack: framesOf(stack) }),
        },
      }),
  };
}

/** The frames in a stack as text. */
function framesOf(stack: string): string[] {
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, MOST_FRAMES);
}
