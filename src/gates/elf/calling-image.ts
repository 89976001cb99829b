import { ElfMachine, ElfType, OsAbi } from '../../elf/header.ts';
import { EHDR_SIZE, PF_R, PF_X, PHDR_SIZE, PT_LOAD } from '../../linux/elf.ts';
import { callNumberOf } from '../../linux/system-calls.ts';

/** Makes an executable that calls getpid(2) by itself (System V ABI, chapters 4 and 5; AMD64 supplement, A.2.1). */
export function callingImage(): Buffer {
  const call = Buffer.alloc(4);
  call.writeUInt32LE(callNumberOf('getpid'));
  const code = Buffer.concat([
    Buffer.from([0xb8]), // mov $getpid, %eax
    call,
    Buffer.from([0x0f, 0x05]), // syscall
    Buffer.from([0x0f, 0x0b]), // ud2
  ]);
  const begin = EHDR_SIZE + PHDR_SIZE;
  const size = BigInt(begin + code.length);
  const header = Buffer.alloc(EHDR_SIZE);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, OsAbi.cloudabi]);
  header.writeUInt16LE(ElfType.shared, 16);
  header.writeUInt16LE(ElfMachine.x64, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(begin), 24);
  header.writeBigUInt64LE(BigInt(EHDR_SIZE), 32);
  header.writeUInt16LE(EHDR_SIZE, 52);
  header.writeUInt16LE(PHDR_SIZE, 54);
  header.writeUInt16LE(1, 56);
  const part = Buffer.alloc(PHDR_SIZE);
  part.writeUInt32LE(PT_LOAD, 0);
  part.writeUInt32LE(PF_R | PF_X, 4);
  part.writeBigUInt64LE(size, 32);
  part.writeBigUInt64LE(size, 40);
  part.writeBigUInt64LE(4096n, 48);
  return Buffer.concat([header, part, code]);
}
