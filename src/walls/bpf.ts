import { architecture } from '../linux/architecture.ts';
import {
  AUDIT_ARCH_AARCH64,
  AUDIT_ARCH_X86_64,
  BPF_ABS,
  BPF_ALU,
  BPF_AND,
  BPF_JA,
  BPF_JEQ,
  BPF_JGE,
  BPF_JGT,
  BPF_JMP,
  BPF_JSET,
  BPF_K,
  BPF_LD,
  BPF_MAXINSNS,
  BPF_RET,
  BPF_W,
  SECCOMP_RET_ALLOW,
  SECCOMP_RET_ERRNO,
  SECCOMP_RET_KILL_PROCESS,
  SECCOMP_RET_TRAP,
  SECCOMP_RET_USER_NOTIF,
} from '../linux/seccomp.ts';

/* Programs of classic BPF for seccomp: linux/bpf_common.h, linux/seccomp.h, Documentation/userspace-api/seccomp_filter. */

/** Codes of the instructions that filters are made of. */
export const Code = {
  /** Loads a 32-bit word of `struct seccomp_data`. */
  load: BPF_LD | BPF_W | BPF_ABS,
  jump: BPF_JMP | BPF_JA,
  jumpIfEqual: BPF_JMP | BPF_JEQ | BPF_K,
  jumpIfGreater: BPF_JMP | BPF_JGT | BPF_K,
  jumpIfAtLeast: BPF_JMP | BPF_JGE | BPF_K,
  jumpIfAnyBit: BPF_JMP | BPF_JSET | BPF_K,
  and: BPF_ALU | BPF_AND | BPF_K,
  answer: BPF_RET | BPF_K,
} as const;

/** Answers of a filter (SECCOMP_RET_*). An error number is added to `errno`. */
export const FilterVerdict = {
  kill: SECCOMP_RET_KILL_PROCESS,
  trap: SECCOMP_RET_TRAP,
  errno: SECCOMP_RET_ERRNO,
  notify: SECCOMP_RET_USER_NOTIF,
  allow: SECCOMP_RET_ALLOW,
} as const;

/** Offsets in `struct seccomp_data`, in bytes. */
export const Offset = { number: 0, architecture: 4, arguments: 16 } as const;

/** Values of `seccomp_data.arch`. */
const architectures = { x64: AUDIT_ARCH_X86_64, arm64: AUDIT_ARCH_AARCH64 } as const;

/** One classic BPF instruction: code, jump offsets if true and false, constant. */
export type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, constant: number];

/** The beginning of every filter: a call of another architecture ends the process; then the number is loaded. */
export const prologue: readonly Instruction[] = [
  [Code.load, 0, 0, Offset.architecture],
  [Code.jumpIfEqual, 1, 0, architectures[architecture]],
  [Code.answer, 0, 0, FilterVerdict.kill],
  [Code.load, 0, 0, Offset.number],
];

/**
 * Encodes instructions as `struct sock_filter` records of 8 bytes.
 *
 * @throws RangeError for more than the host takes.
 */
export function encodeFilter(program: readonly Instruction[]): Uint8Array {
  if (program.length > BPF_MAXINSNS) {
    throw new RangeError(
      `A filter of ${program.length} instructions is longer than the ${BPF_MAXINSNS} the host takes`,
    );
  }
  // Both architectures are little-endian, as these words are.
  const words = new Uint32Array(program.length * 2);
  let at = 0;
  for (const [code, jumpTrue, jumpFalse, constant] of program) {
    words[at++] = code | (jumpTrue << 16) | (jumpFalse << 24);
    words[at++] = constant;
  }
  return new Uint8Array(words.buffer);
}
