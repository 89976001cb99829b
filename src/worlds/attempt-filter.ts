import {
  BPF_ABS,
  BPF_ALU,
  BPF_AND,
  BPF_B,
  BPF_IND,
  BPF_JEQ,
  BPF_JMP,
  BPF_K,
  BPF_LD,
  BPF_LDX,
  BPF_MSH,
  BPF_RET,
  BPF_W,
} from '../linux/seccomp.ts';
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../linux/sockets.ts';

/*
 * The filter of a packet socket (SO_ATTACH_FILTER, socket(7); Documentation/networking/filter.rst of Linux): it passes the
 * kernel's answers to attempts on ports that nothing serves, and datagrams to groups and to all, which are never answered. Of
 * these, the pump reads the addresses alone.
 */

const LOAD_BYTE = BPF_LD | BPF_B | BPF_ABS;
const LOAD_WORD_AT_X = BPF_LD | BPF_W | BPF_IND;
const LOAD_BYTE_AT_X = BPF_LD | BPF_B | BPF_IND;
const LOAD_WORD = BPF_LD | BPF_W | BPF_ABS;
const LOAD_HEADER_LENGTH = BPF_LDX | BPF_B | BPF_MSH;
const AND = BPF_ALU | BPF_AND | BPF_K;
const JUMP_IF_EQUAL = BPF_JMP | BPF_JEQ | BPF_K;
const RETURN = BPF_RET | BPF_K;

const PASS = 256;
/** Flags of IPPROTO_TCP in the thirteenth byte (RFC 9293, section 3.1). */
const RESET_AND_ACKNOWLEDGED = 0x14;
const FLAGS_AT = 13;
const SEQUENCE_AT = 4;
const IPV6_HEADER = 40;
/** The target's address in the headers of IPv4 (RFC 791) and IPv6 (RFC 8200). */
const IPV4_TARGET_AT = 16;
const IPV6_TARGET_AT = 24;

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
  when(IPPROTO_ICMP, 'four tcp'),
  // Destination unreachable, port unreachable (RFC 792).
  { code: LOAD_BYTE_AT_X, value: 0 },
  when(3, 'drop'),
  { code: LOAD_BYTE_AT_X, value: 1 },
  when(3, 'drop', 'pass'),
  { ...when(IPPROTO_TCP, 'four udp'), label: 'four tcp' },
  { code: LOAD_BYTE_AT_X, value: FLAGS_AT },
  { code: AND, value: RESET_AND_ACKNOWLEDGED },
  when(RESET_AND_ACKNOWLEDGED, 'drop'),
  // An answer to the first packet of a connection has no number of its own (RFC 9293, section 3.10.7.1).
  { code: LOAD_WORD_AT_X, value: SEQUENCE_AT },
  when(0, 'drop', 'pass'),
  { ...when(IPPROTO_UDP, 'drop'), label: 'four udp' },
  { code: LOAD_WORD, value: IPV4_TARGET_AT },
  when(0xff_ff_ff_ff, 'four group', 'pass'),
  { code: AND, value: 0xf0_00_00_00, label: 'four group' },
  when(0xe0_00_00_00, 'drop', 'pass'),
  { code: LOAD_BYTE, value: 6, label: 'six' },
  when(IPPROTO_ICMPV6, 'six tcp'),
  // Destination unreachable, port unreachable (RFC 4443).
  { code: LOAD_BYTE, value: IPV6_HEADER },
  when(1, 'drop'),
  { code: LOAD_BYTE, value: IPV6_HEADER + 1 },
  when(4, 'drop', 'pass'),
  { ...when(IPPROTO_TCP, 'six udp'), label: 'six tcp' },
  { code: LOAD_BYTE, value: IPV6_HEADER + FLAGS_AT },
  { code: AND, value: RESET_AND_ACKNOWLEDGED },
  when(RESET_AND_ACKNOWLEDGED, 'drop'),
  { code: LOAD_WORD, value: IPV6_HEADER + SEQUENCE_AT },
  when(0, 'drop', 'pass'),
  { ...when(IPPROTO_UDP, 'drop'), label: 'six udp' },
  { code: LOAD_BYTE, value: IPV6_TARGET_AT },
  when(0xff, 'drop', 'pass'),
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
