import { ElfError } from '../../elf/elf-error.ts';
import { ElfMachine, machineName, OsAbi } from '../../elf/header.ts';
import type { ElfImage } from '../../elf/image.ts';
import { architecture } from '../../linux/architecture.ts';

/**
 * Checks that this host can run an image.
 *
 * @throws ElfError `foreign` for other machines and operating systems.
 */
export function checkImage(image: ElfImage): void {
  if (image.osAbi === OsAbi.cloudabi)
    throw new ElfError(
      'foreign',
      'is a CloudABI executable, which is started by itself and not by a Linux program',
    );
  if (image.osAbi !== OsAbi.systemV && image.osAbi !== OsAbi.gnu)
    throw new ElfError('foreign', `is for another operating system (ELF OS ABI ${image.osAbi})`);
  if (image.machine !== ElfMachine[architecture])
    throw new ElfError(
      'foreign',
      `is for ${machineName(image.machine)}, and this host is ${machineName(ElfMachine[architecture])}`,
    );
}
