import type { CallList } from '../host/processes/call-list.ts';

/** Bytes of a pointer, to which structures are aligned. */
const WORD = 8;

/** Bytes of an instruction (`struct sock_filter`). */
const INSTRUCTION = 8;

/**
 * Puts a filter into the data of a list, as seccomp(2) takes it.
 *
 * @returns The argument that stands for its `struct sock_fprog`.
 */
export function filterProgram(
  list: CallList,
  name: string,
  filter: Uint8Array,
): ReturnType<CallList['data']> {
  const length = Buffer.alloc(WORD);
  length.writeUInt16LE(filter.length / INSTRUCTION, 0);
  return list.data('sock_fprog', [length, list.data(name, [filter])]);
}
