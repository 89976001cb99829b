import { withFile } from '../../elf/byte-source.ts';
import { ElfError } from '../../elf/elf-error.ts';
import { Machine, machineName, OsAbi } from '../../elf/header.ts';
import { type ElfImage, readImage } from '../../elf/image.ts';
import { architecture } from '../../host/architecture.ts';

/**
 * The image of a program that this host can run.
 *
 * @throws ElfError `foreign` for other machines and operating systems, or what is wrong with it; Error of Node when it
 *   cannot be read.
 */
export function checkImage(path: string): ElfImage {
  const image = withFile(path, readImage);
  if (image.osAbi === OsAbi.cloudabi)
    throw new ElfError('foreign', 'is a CloudABI executable, and these come later');
  if (image.osAbi !== OsAbi.systemV && image.osAbi !== OsAbi.gnu)
    throw new ElfError('foreign', `is for another operating system (ELF OS ABI ${image.osAbi})`);
  if (image.machine !== Machine[architecture])
    throw new ElfError(
      'foreign',
      `is for ${machineName(image.machine)}, and this host is ${machineName(Machine[architecture])}`,
    );
  return image;
}
