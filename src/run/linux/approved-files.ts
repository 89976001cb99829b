import { createSealedFile } from '../../host/files/memory-file.ts';
import type { ApprovedFile } from '../../plan/linux/executables/approved-file.ts';
import { checksumOf, type FileChecksum } from '../../plan/linux/executables/checksum-list.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { ResourceError } from '../../resources/mistake.ts';
import { quote } from '../../resources/written.ts';
import type { ApprovedCopy } from '../../worlds/world.ts';

/**
 * Copies approved files into memory. The checksum is that of the bytes that were copied: what happens to the file
 * meanwhile does not matter.
 *
 * @param keep Gets each descriptor, which the caller closes.
 * @throws ResourceError when a file is not the approved one any more.
 */
export function copyApproved(
  files: readonly ApprovedFile[],
  keep: (descriptor: number) => number,
): readonly ApprovedCopy[] {
  const known = new Map<string, number>();
  return files.map(({ at, path, sha256, size }) => {
    let descriptor = known.get(path);
    if (descriptor === undefined) {
      descriptor = keep(copyOf({ path, sha256, size }));
      known.set(path, descriptor);
    }
    return { at, descriptor, size };
  });
}

function copyOf({ path, sha256, size }: Omit<ApprovedFile, 'at'>): number {
  const cannot = (reason: string): ResourceError =>
    new ResourceError(`Cannot approve ${quote(path)}: ${reason}`, undefined, 'executables');
  const parts: Uint8Array[] = [];
  let found: FileChecksum | undefined;
  try {
    found = checksumOf(path, (bytes) => parts.push(Uint8Array.from(bytes)), size);
  } catch (error) {
    throw cannot(reasonOf(error));
  }
  if (found?.sha256 !== sha256) throw cannot('it has changed since it was checked');
  return createSealedFile('approved', parts);
}
