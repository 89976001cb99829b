import { Errno } from '../../../abi/generated/constants.ts';
import { loadExecutable } from '../../../kernel/executable.ts';
import { type Guest, type NextProgram, replaceProgram } from '../guest.ts';
import { ModuleError } from '../module-error.ts';
import { outcome } from './outcome.ts';

/**
 * proc_exec: puts another module in the place of the running one, with these descriptors as its numbers 0, 1, 2 and so
 * on. Everything that can be found out beforehand ends with an errno, and the program goes on; what only shows when the
 * new module is instantiated ends the process, since there is nothing to return to.
 *
 * @param data The place of the argdata in memory, which has been checked.
 */
export function execute(
  guest: Guest,
  fd: number,
  data: { readonly at: number; readonly length: number },
  fds: readonly number[],
): Errno {
  const { descriptors } = guest.process;
  const bytes = loadExecutable(guest.process, fd);
  if (typeof bytes === 'number') return outcome(bytes);
  for (const number of fds) if (!descriptors.isOpen(number)) return Errno.badf;
  if (guest.load === undefined) return Errno.notsup;
  let successor: NextProgram;
  try {
    const argdata = guest.memory.bytes.slice(data.at, data.at + data.length);
    successor = { program: guest.load(bytes), argdata };
  } catch (error) {
    return errnoOf(error);
  }
  const kept = descriptors.keep(fds);
  return kept < 0 ? outcome(kept) : replaceProgram(guest, successor);
}

/** No memory, or no program: a call of the kernel never throws. */
function errnoOf(error: unknown): Errno {
  if (error instanceof ModuleError) return error.code === 'memory_limit' ? Errno.nomem : Errno.noexec;
  return error instanceof RangeError ? Errno.nomem : Errno.noexec;
}
