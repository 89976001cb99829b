import { Errno } from '../../abi/generated/constants.ts';
import { close } from '../../host/files/files.ts';
import type { CallListener } from '../../host/notifications/listener.ts';
import { SystemError } from '../../host/system-error.ts';
import { CAPACITY } from '../../kernel/descriptors.ts';
import { loadExecutable } from '../../kernel/executable.ts';
import type { KernelProcess } from '../../kernel/process.ts';
import { O_CLOEXEC } from '../../linux/open-flags.ts';
import { outcome } from '../wasm/cloudabi/outcome.ts';
import { ExecutableError } from './executable-error.ts';
import { IMAGE, WINDOW_FILE, WINDOW_HEAD } from './guest-layout.ts';
import { readGuestProgram } from './guest-program.ts';
import { imageFile } from './memory-image.ts';

/** The parts of a running executable that stay when another takes its place. */
export type Predecessor = {
  readonly process: KernelProcess;
  readonly listener: CallListener;
  readonly window: Uint8Array;
  /** Host descriptor of the window. */
  readonly windowFile: number;
  /** True if it is stopped at its first refusal. */
  readonly traps: boolean;
};

/** The words of the call: the file, the argdata and the descriptors, both by their places in the window. */
export type SuccessorWords = {
  readonly fd: number;
  readonly data: number;
  readonly length: number;
  readonly fds: number;
  readonly count: number;
};

/**
 * proc_exec: puts the image of another executable into the process, which executes it when it is answered. It begins behind
 * the same filter, and with no descriptor that it may use by itself. Everything that can be found out before ends with an
 * error, and nothing has changed.
 *
 * @returns The bytes of the executable, or the error.
 */
export function placeSuccessor(
  { process, listener, window, windowFile, traps }: Predecessor,
  { fd, data, length, fds, count }: SuccessorWords,
): Errno | Uint8Array {
  const { descriptors } = process;
  const file = loadExecutable(process, fd);
  if (typeof file === 'number') return outcome(file);
  if (count > CAPACITY) return Errno.mfile;
  if (data + length > window.length || fds + 4 * count > window.length) return Errno.fault;
  const view = new DataView(window.buffer, window.byteOffset, window.length);
  const numbers = Array.from({ length: count }, (_, index) => view.getUint32(fds + 4 * index, true));
  if (!numbers.every((number) => descriptors.isOpen(number))) return Errno.badf;
  const argdata = window.slice(data, data + length);
  let image: number;
  try {
    image = imageFile(file, readGuestProgram(file), {
      argdata,
      filter: new Uint8Array(0),
      traps,
      executes: true,
    });
  } catch (error) {
    if (error instanceof ExecutableError) return Errno.noexec;
    if (error instanceof SystemError || error instanceof RangeError) return Errno.nomem;
    throw error;
  }
  const placed =
    listener.addDescriptor(image, IMAGE, O_CLOEXEC) < 0
      ? -1
      : listener.addDescriptor(windowFile, WINDOW_FILE, 0);
  close(image);
  if (placed < 0) return Errno.nomem;
  const kept = descriptors.keep(numbers);
  if (kept < 0) return outcome(kept);
  // All descriptors have other numbers now.
  window.fill(0, 0, WINDOW_HEAD);
  return file;
}
