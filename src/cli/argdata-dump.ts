import { type Dump, type DumpLine, dump } from '../argdata/dump.ts';
import type { ArgdataError } from '../argdata/errors.ts';
import { printHex } from './hex.ts';

/** The stream for a dump: standard output, or a test's stream. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** The most bytes of a value that are shown. */
const SHOWN_BYTES = 12;
const HEX_WIDTH = SHOWN_BYTES * 3;

/**
 * Prints a dump: offset, bytes, and what they mean, indented as the values nest. Colours are used on a
 * terminal unless `NO_COLOR` is set.
 *
 * @returns the mistake that ended it, which is not printed but for its place.
 */
export function printDump(bytes: Uint8Array, output: Output): ArgdataError | undefined {
  const paint = painter(output);
  const { lines, error }: Dump = dump(bytes);
  let end = 0;
  for (const line of lines) {
    end = line.offset + line.bytes.length;
    const meaning = line.type === 'null' ? '' : ` ${line.meaning}`;
    output.write(
      `${paint.dim(offsetText(line.offset))}  ${hexText(line.bytes)}  ${indent(line)}${paint.type(line.type)}${meaning}\n`,
    );
  }
  if (error !== undefined) {
    // The bytes of the value it is in, as far as they are right.
    if (end < error.offset) {
      output.write(
        `${paint.dim(offsetText(end))}  ${hexText(bytes.subarray(end, error.offset)).trimEnd()}\n`,
      );
    }
    const rest = bytes.subarray(error.offset);
    output.write(
      `${paint.dim(offsetText(error.offset))}  ${hexText(rest)}  ${paint.error(`<< ${error.reason}`)}\n`,
    );
  }
  return error;
}

function offsetText(offset: number): string {
  return offset.toString(16).padStart(8, '0');
}

function hexText(bytes: Uint8Array): string {
  const hex = printHex(bytes.subarray(0, SHOWN_BYTES));
  return `${hex}${bytes.length > SHOWN_BYTES ? '…' : ''}`.padEnd(HEX_WIDTH);
}

function indent({ depth, role }: DumpLine): string {
  return `${'  '.repeat(depth)}${role === 'value' ? '= ' : ''}`;
}

interface Painter {
  dim(text: string): string;
  type(text: string): string;
  error(text: string): string;
}

function painter({ isTTY }: Output): Painter {
  const { NO_COLOR } = process.env;
  const colours = isTTY === true && !NO_COLOR;
  const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { dim: paint(2), type: paint(36), error: paint(31) };
}
