import { Errno } from '../../../abi/generated/constants.ts';
import type { Result } from '../../../kernel/result.ts';

const byNumber: Errno[] = [];
for (const errno of Object.values(Errno)) byNumber[errno] = errno;

/** The errno of a kernel's result: `success` for every value that is not negative. */
export function outcome(result: Result): Errno {
  return result >= 0 ? Errno.success : (byNumber[-result] ?? Errno.io);
}
