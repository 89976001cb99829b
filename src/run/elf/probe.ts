import { callingImage } from '../../gates/elf/calling-image.ts';
import { startExecutable } from '../../gates/elf/start.ts';
import { STDOUT } from '../../host/files/standard-streams.ts';
import { withNamespaces } from './with-namespaces.ts';

/**
 * Starts an executable whose first instructions are a system call of Linux, which has to end it. This process becomes its
 * supervisor, which is irrevocable: afterwards it can write to standard output and end.
 *
 * @returns The reason for which no executable can be run here, one line; `undefined` if they can.
 * @throws ExecutableError, MissingMechanismError, SystemError: as `startExecutable`.
 */
export function tryExecutable(): string | undefined {
  const exit = withNamespaces(true, [], (namespaces) =>
    startExecutable({
      program: callingImage(),
      // The argdata null has no bytes.
      argdata: new Uint8Array(),
      descriptors: [],
      keep: [STDOUT],
      namespaces,
    }),
  );
  if (exit.kind === 'exited') return `The executable ended with status ${exit.code}, not by SIGSYS`;
  return exit.kind === 'trapped' && exit.message.includes('(SIGSYS)') ? undefined : exit.message;
}
