// A small interpreter of classic BPF as seccomp(2) runs it, written from the instruction set of the kernel's
// Documentation/networking/filter.rst: only the instructions a seccomp filter may use, and strict about bounds.

/** `struct seccomp_data`: what a filter sees of a call. */
export type SeccompData = {
  readonly number: number;
  readonly architecture: number;
  /** Six arguments, unsigned 64 bits. */
  readonly arguments: readonly bigint[];
};

/** The kernel refuses longer programs (BPF_MAXINSNS). */
const MOST_INSTRUCTIONS = 4096;

function layOut({ number, architecture, arguments: values }: SeccompData): DataView {
  const view = new DataView(new ArrayBuffer(64));
  view.setInt32(0, number, true);
  view.setUint32(4, architecture, true);
  values.forEach((value, index) => {
    view.setBigUint64(16 + index * 8, BigInt.asUintN(64, value), true);
  });
  return view;
}

/**
 * Runs a filter to its verdict.
 *
 * @throws Error for everything the kernel would refuse at installation: bad instructions, jumps out of the program.
 */
export function runFilter(program: Uint8Array, data: SeccompData): number {
  const count = program.length / 8;
  if (!Number.isInteger(count) || count === 0 || count > MOST_INSTRUCTIONS)
    throw new Error(`${count} instructions`);
  const code = new DataView(program.buffer, program.byteOffset, program.length);
  const input = layOut(data);
  let accumulator = 0;
  for (let at = 0; at < count; ) {
    const operation = code.getUint16(at * 8, true);
    const constant = code.getUint32(at * 8 + 4, true);
    const jump = (taken: boolean): number => at + 1 + code.getUint8(at * 8 + (taken ? 2 : 3));
    switch (operation) {
      case 0x20: // A = word at k
        if (constant % 4 !== 0 || constant > 60) throw new Error(`load of ${constant}`);
        accumulator = input.getUint32(constant, true);
        at++;
        break;
      case 0x54: // A &= k
        accumulator = (accumulator & constant) >>> 0;
        at++;
        break;
      case 0x05:
        at += 1 + constant;
        break;
      case 0x15:
        at = jump(accumulator === constant);
        break;
      case 0x25:
        at = jump(accumulator > constant);
        break;
      case 0x35:
        at = jump(accumulator >= constant);
        break;
      case 0x45:
        at = jump((accumulator & constant) !== 0);
        break;
      case 0x06:
        return constant;
      default:
        throw new Error(`instruction ${operation.toString(16)}`);
    }
  }
  throw new Error('The program runs past its end');
}
