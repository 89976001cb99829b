import type { ByteSource } from '../../elf/byte-source.ts';
import {
  DT_JMPREL,
  DT_NEEDED,
  DT_NULL,
  DT_PLTRELSZ,
  DT_REL,
  DT_RELA,
  DT_RELASZ,
  DT_TEXTREL,
  R_X86_64_NONE,
  R_X86_64_RELATIVE,
} from '../../linux/elf.ts';
import { ExecutableError } from './executable-error.ts';
import type { LoadedPart } from './loaded-part.ts';

const ENTRY = 16;
const RELOCATION = 24;

/** More than the largest of programs has. */
const MOST_ENTRIES = 4096;

/**
 * Checks the dynamic section of a static executable: it may need no library, and no relocation but those by which its own
 * start code moves addresses to where it was loaded.
 *
 * @throws ExecutableError, ElfError
 */
export function checkDynamic(
  source: ByteSource,
  { offset, fileSize }: LoadedPart,
  parts: readonly LoadedPart[],
): void {
  if (fileSize > MOST_ENTRIES * ENTRY)
    throw new ExecutableError(`it has a dynamic section of ${fileSize} bytes`);
  const table = source.read(offset, fileSize - (fileSize % ENTRY));
  const values = new Map<bigint, bigint>();
  for (let at = 0; at < table.length; at += ENTRY) {
    const tag = table.readBigUInt64LE(at);
    if (tag === DT_NULL) break;
    values.set(tag, table.readBigUInt64LE(at + 8));
  }
  if (values.has(DT_NEEDED))
    throw new ExecutableError('it needs libraries; link it statically (-static-pie)');
  if (values.has(DT_TEXTREL)) throw new ExecutableError('it has relocations in its code');
  const others = values.has(DT_REL) || (values.has(DT_JMPREL) && (values.get(DT_PLTRELSZ) ?? 0n) !== 0n);
  if (others) throw new ExecutableError('it has relocations that need a dynamic linker');
  const size = Number(values.get(DT_RELASZ) ?? 0n);
  if (size === 0) return;
  const address = Number(values.get(DT_RELA) ?? 0n);
  const home = parts.find(
    (part) => address >= part.address && address + size <= part.address + part.fileSize,
  );
  if (home === undefined || size % RELOCATION !== 0)
    throw new ExecutableError('it has its relocations outside of its parts');
  const relocations = source.read(home.offset + address - home.address, size);
  for (let at = 0; at < size; at += RELOCATION) {
    const type = relocations.readUInt32LE(at + 8);
    if (type !== R_X86_64_NONE && type !== R_X86_64_RELATIVE)
      throw new ExecutableError(`it has a relocation of type ${type}, which needs a dynamic linker`);
  }
}
