import { closeSync, writeSync } from 'node:fs';
import { createMemoryFile } from '../../host/files/memory-file.ts';
import { duplicate } from '../../host/files/new-descriptors.ts';
import { hasHungUp } from '../../host/files/poll.ts';
import { END_UNKNOWN, endToTell, isProcess, processEnd } from '../../host/processes/process-info.ts';
import type { Descriptor } from '../../kernel/descriptors.ts';
import type { NodePlan } from '../../plan/plan-types.ts';
import { exitStatusOf } from '../../process/exit-reason.ts';
import { SIGNAL_STATUS } from '../../process/exit-status.ts';
import { ProcessResource } from '../../process/process-resource.ts';
import { FdResource } from '../../resources/fd.ts';

/** Milliseconds after which the launcher looks again for the end of a process that it was handed. */
const PAUSE = 32;

/** A file in which a program is told how a process has ended. */
export type EndToTell = {
  /** The index of the process's descriptor. */
  readonly index: number;
  /** A host descriptor, which is closed when all is told. */
  readonly file: number;
};

/**
 * Files in which a program is told how the processes have ended that it was granted: in a process namespace of its own,
 * the host tells it only that they have.
 *
 * @param over Resolves when the program itself has ended.
 */
export function endsToTell(
  { grants }: NodePlan,
  descriptors: readonly Descriptor[],
  over: Promise<unknown>,
): readonly EndToTell[] {
  return grants.flatMap(({ resource }, index): EndToTell[] => {
    const host = descriptors[index]?.host;
    if (resource instanceof ProcessResource) return [{ index, file: followStarted(resource) }];
    if (!(resource instanceof FdResource) || host === undefined || !isProcess(host)) return [];
    return [{ index, file: followHanded(host, over) }];
  });
}

function emptyFile(): number {
  return createMemoryFile('cloudabi-end', [new Uint8Array(0)]);
}

/** A process that this one has started. */
function followStarted({ process }: ProcessResource): number {
  const file = emptyFile();
  void process.exited.then((reason) => {
    const status = exitStatusOf(reason);
    const signal = reason.kind === 'exited' ? 0 : Math.max(0, status - SIGNAL_STATUS);
    writeSync(file, endToTell({ code: signal === 0 ? status : 0, signal }));
    closeSync(file);
  });
  return file;
}

/** A process that this one was handed a descriptor of. The event loop waits for none, so this looks from time to time. */
function followHanded(host: number, over: Promise<unknown>): number {
  const file = emptyFile();
  const other = duplicate(host);
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    clearInterval(timer);
    for (const descriptor of [file, other]) closeSync(descriptor);
  };
  const timer = setInterval(() => {
    if (!hasHungUp(other)) return;
    const end = processEnd(other);
    writeSync(file, end === undefined ? END_UNKNOWN : endToTell(end));
    stop();
  }, PAUSE);
  void over.then(stop);
  return file;
}
