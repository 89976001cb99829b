/*
 * The filter of a packet socket (SO_ATTACH_FILTER, socket(7); Documentation/networking/filter.rst of Linux): it passes the
 * kernel's answers to attempts on ports that nothing serves, and no data.
 */

const LOAD_BYTE = 0x30;
const LOAD_WORD_AT_X = 0x40;
const LOAD_BYTE_AT_X = 0x50;
const LOAD_WORD = 0x20;
const LOAD_HEADER_LENGTH = 0xb1;
const AND = 0x54;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;

const PASS = 256;
const TCP = 6;
const ICMP = 1;
const ICMPV6 = 58;
/** Flags of TCP in the thirteenth byte (RFC 9293, section 3.1). */
const RESET_AND_ACKNOWLEDGED = 0x14;
const FLAGS_AT = 13;
const SEQUENCE_AT = 4;
const IPV6_HEADER = 40;

/** Jumps name labels until the end; `next` is the following instruction. */
type Instruction = {
  readonly code: number;
  readonly value: number;
  readonly yes?: string;
  readonly no?: string;
  readonly label?: string;
};

const when = (value: number, no: string, yes = 'next'): Instruction => ({
  code: JUMP_IF_EQUAL,
  value,
  yes,
  no,
});

const program: readonly Instruction[] = [
  { code: LOAD_BYTE, value: 0 },
  { code: AND, value: 0xf0 },
  when(0x60, 'four', 'six'),
  { code: LOAD_BYTE, value: 9, label: 'four' },
  { code: LOAD_HEADER_LENGTH, value: 0 },
  when(ICMP, 'four tcp'),
  // Destination unreachable, port unreachable (RFC 792).
  { code: LOAD_BYTE_AT_X, value: 0 },
  when(3, 'drop'),
  { code: LOAD_BYTE_AT_X, value: 1 },
  when(3, 'drop', 'pass'),
  { ...when(TCP, 'drop'), label: 'four tcp' },
  { code: LOAD_BYTE_AT_X, value: FLAGS_AT },
  { code: AND, value: RESET_AND_ACKNOWLEDGED },
  when(RESET_AND_ACKNOWLEDGED, 'drop'),
  // An answer to the first packet of a connection has no number of its own (RFC 9293, section 3.10.7.1).
  { code: LOAD_WORD_AT_X, value: SEQUENCE_AT },
  when(0, 'drop', 'pass'),
  { code: LOAD_BYTE, value: 6, label: 'six' },
  when(ICMPV6, 'six tcp'),
  // Destination unreachable, port unreachable (RFC 4443).
  { code: LOAD_BYTE, value: IPV6_HEADER },
  when(1, 'drop'),
  { code: LOAD_BYTE, value: IPV6_HEADER + 1 },
  when(4, 'drop', 'pass'),
  { ...when(TCP, 'drop'), label: 'six tcp' },
  { code: LOAD_BYTE, value: IPV6_HEADER + FLAGS_AT },
  { code: AND, value: RESET_AND_ACKNOWLEDGED },
  when(RESET_AND_ACKNOWLEDGED, 'drop'),
  { code: LOAD_WORD, value: IPV6_HEADER + SEQUENCE_AT },
  when(0, 'drop', 'pass'),
  { code: RETURN, value: 0, label: 'drop' },
  { code: RETURN, value: PASS, label: 'pass' },
];

/** Gives the filter as `struct sock_filter` records. */
export function attemptFilter(): { readonly bytes: Uint8Array; readonly instructions: number } {
  const places = new Map<string | undefined, number>(program.map(({ label }, index) => [label, index]));
  const bytes = Buffer.alloc(8 * program.length);
  for (const [index, { code, value, yes, no }] of program.entries()) {
    const distance = (label: string | undefined): number =>
      label === undefined || label === 'next' ? 0 : (places.get(label) ?? -1) - index - 1;
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(distance(yes), 8 * index + 2);
    bytes.writeUInt8(distance(no), 8 * index + 3);
    bytes.writeUInt32LE(value, 8 * index + 4);
  }
  return { bytes, instructions: program.length };
}
