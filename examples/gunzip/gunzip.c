/*
 * Decompresses a gzip file (RFC 1951 and 1952) from one descriptor to another, and can do nothing else: the
 * kind of code that reads what strangers made, and that a program should hand to a process of its own.
 *
 *   input: !fd stdin
 *   output: !fd stdout
 *   limit: 1073741824        # bytes of output at most; no limit when absent
 *
 * It ends with 0; 1 when the grants are not as above; 2 when the input is no gzip file, is damaged or
 * ends too early; 3 when it cannot read or write; 4 when the output would pass the limit.
 */
#include <cloudabi.h>
#include <errno.h>
#include <program.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BAD_GRANTS = 1, BAD_INPUT = 2, BAD_DESCRIPTOR = 3, OVER_LIMIT = 4 };

enum {
  LENGTHS_MAX = 288, /* codes for literals, lengths and the end of a block */
  DISTANCES_MAX = 30,
  CODE_BITS = 15,    /* of the longest code */
  WINDOW = 32768,    /* how far back a copy may reach */
};

static int input, output;
static uint64_t limit = UINT64_MAX;

static unsigned char in[65536];
static size_t in_used, in_length;
static uint32_t bits;       /* bits that were read and not taken, the next one lowest */
static unsigned bit_count;

/* Once the buffer is full, its second half, all that a copy can reach, becomes the first. */
static unsigned char out[2 * WINDOW];
static size_t out_length, out_written;
static uint64_t total;      /* bytes of all members */
static uint64_t member;     /* bytes of this member */

static uint32_t crc_table[256];
static uint32_t crc, header_crc;

static uint32_t crc_update(uint32_t value, unsigned char byte) {
  return crc_table[(value ^ byte) & 0xff] ^ (value >> 8);
}

static bool fill(void) {
  ssize_t length;
  do
    length = read(input, in, sizeof(in));
  while (length < 0 && errno == EINTR);
  if (length < 0)
    exit(BAD_DESCRIPTOR);
  in_used = 0;
  in_length = (size_t)length;
  return length > 0;
}

static unsigned char byte(void) {
  if (in_used == in_length && !fill())
    exit(BAD_INPUT);
  header_crc = crc_update(header_crc, in[in_used]);
  return in[in_used++];
}

/*
 * Reads on until there are so many bits, or until the input ends. That is never more than two bytes too
 * many, so what follows the compressed bytes of a member is enough to make up for it.
 */
static void want(unsigned count) {
  while (bit_count < count && (in_used < in_length || fill())) {
    bits |= (uint32_t)in[in_used++] << bit_count;
    bit_count += 8;
  }
}

static void take(unsigned count) {
  if (count > bit_count)
    exit(BAD_INPUT);
  bits >>= count;
  bit_count -= count;
}

static unsigned number(unsigned count) {
  want(count);
  unsigned value = bits & ((1u << count) - 1);
  take(count);
  return value;
}

static void flush(void) {
  while (out_written < out_length) {
    ssize_t length = write(output, out + out_written, out_length - out_written);
    if (length < 0)
      exit(BAD_DESCRIPTOR);
    out_written += (size_t)length;
  }
}

static void put(unsigned char value) {
  if (out_length == sizeof(out)) {
    flush();
    memcpy(out, out + WINDOW, WINDOW);
    out_length = out_written = WINDOW;
  }
  if (total++ == limit) {
    flush();
    exit(OVER_LIMIT);
  }
  out[out_length++] = value;
  crc = crc_update(crc, value);
  ++member;
}

static void copy(size_t distance, unsigned length) {
  if (distance > member)
    exit(BAD_INPUT);
  while (length-- > 0) {
    /* `put` may move the window, so look for the source each time; it is never more than WINDOW behind. */
    unsigned char value = out[out_length - distance];
    put(value);
  }
}

/* For each sequence of CODE_BITS bits the symbol that it begins with and the length of its code; 0 for none. */
struct code {
  uint16_t entries[1 << CODE_BITS];
};

static struct code literal_code, distance_code;

/* Makes a code of the lengths of its words (RFC 1951, 3.2.2). `may_lack` allows a code of one short word. */
static void make_code(struct code *code, const unsigned char *lengths, unsigned count, bool may_lack) {
  unsigned counts[CODE_BITS + 1] = {0}, next[CODE_BITS + 2] = {0};
  for (unsigned i = 0; i < count; ++i)
    ++counts[lengths[i]];
  counts[0] = 0;
  int left = 1; /* words that are not given away yet, of the present length */
  unsigned longest = 0;
  for (unsigned length = 1; length <= CODE_BITS; ++length) {
    left = 2 * left - (int)counts[length];
    if (left < 0)
      exit(BAD_INPUT);
    next[length + 1] = (next[length] + counts[length]) << 1;
    if (counts[length] > 0)
      longest = length;
  }
  if (left > 0 && !(may_lack && longest <= 1))
    exit(BAD_INPUT);
  memset(code->entries, 0, sizeof(code->entries));
  for (unsigned symbol = 0; symbol < count; ++symbol) {
    unsigned length = lengths[symbol];
    if (length == 0)
      continue;
    unsigned word = next[length]++, reversed = 0; /* words come highest bit first, all else lowest */
    for (unsigned i = 0; i < length; ++i)
      reversed |= ((word >> i) & 1) << (length - 1 - i);
    for (unsigned rest = reversed; rest < 1 << CODE_BITS; rest += 1u << length)
      code->entries[rest] = (uint16_t)(symbol << 4 | length);
  }
}

static unsigned symbol(const struct code *code) {
  want(CODE_BITS);
  unsigned entry = code->entries[bits & ((1u << CODE_BITS) - 1)];
  if (entry == 0)
    exit(BAD_INPUT);
  take(entry & 15);
  return entry >> 4;
}

static void compressed_block(void) {
  static const uint16_t length_base[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                           31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const unsigned char length_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  static const uint16_t distance_base[DISTANCES_MAX] = {
      1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
      193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
  for (;;) {
    unsigned value = symbol(&literal_code);
    if (value < 256) {
      put((unsigned char)value);
      continue;
    }
    if (value == 256)
      return;
    if (value > 285)
      exit(BAD_INPUT);
    unsigned length = length_base[value - 257] + number(length_bits[value - 257]);
    unsigned slot = symbol(&distance_code);
    if (slot >= DISTANCES_MAX)
      exit(BAD_INPUT);
    copy(distance_base[slot] + number(slot < 4 ? 0 : slot / 2 - 1), length);
  }
}

static void fixed_codes(void) {
  unsigned char lengths[LENGTHS_MAX];
  memset(lengths, 8, 144);
  memset(lengths + 144, 9, 112);
  memset(lengths + 256, 7, 24);
  memset(lengths + 280, 8, 8);
  make_code(&literal_code, lengths, LENGTHS_MAX, false);
  /* Words 30 and 31 mean nothing, but belong to the code. */
  memset(lengths, 5, 32);
  make_code(&distance_code, lengths, 32, false);
}

static void dynamic_codes(void) {
  static const unsigned char order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  unsigned literals = number(5) + 257, distances = number(5) + 1, count = number(4) + 4;
  if (literals > 286 || distances > DISTANCES_MAX)
    exit(BAD_INPUT);
  unsigned char lengths[286 + DISTANCES_MAX] = {0};
  for (unsigned i = 0; i < count; ++i)
    lengths[order[i]] = (unsigned char)number(3);
  make_code(&literal_code, lengths, 19, false);
  memset(lengths, 0, sizeof(lengths));
  for (unsigned i = 0; i < literals + distances;) {
    unsigned value = symbol(&literal_code);
    if (value < 16) {
      lengths[i++] = (unsigned char)value;
      continue;
    }
    if (value == 16 && i == 0)
      exit(BAD_INPUT);
    unsigned char repeated = value == 16 ? lengths[i - 1] : 0;
    unsigned times = value == 16 ? 3 + number(2) : value == 17 ? 3 + number(3) : 11 + number(7);
    if (times > literals + distances - i)
      exit(BAD_INPUT);
    memset(lengths + i, repeated, times);
    i += times;
  }
  if (lengths[256] == 0)
    exit(BAD_INPUT);
  make_code(&literal_code, lengths, literals, true);
  make_code(&distance_code, lengths + literals, distances, true);
}

static void stored_block(void) {
  take(bit_count & 7);
  unsigned length = number(16);
  if ((length ^ number(16)) != 0xffff)
    exit(BAD_INPUT);
  while (length-- > 0)
    put((unsigned char)number(8));
}

static void inflate(void) {
  for (bool last = false; !last;) {
    last = number(1);
    switch (number(2)) {
    case 0:
      stored_block();
      break;
    case 1:
      fixed_codes();
      compressed_block();
      break;
    case 2:
      dynamic_codes();
      compressed_block();
      break;
    default:
      exit(BAD_INPUT);
    }
  }
}

static uint32_t number32(void) {
  uint32_t low = number(16);
  return low | (uint32_t)number(16) << 16;
}

/* Reads what stands before the compressed bytes (RFC 1952, 2.3). */
static void read_header(void) {
  enum { HEADER_CRC = 2, EXTRA = 4, NAME = 8, COMMENT = 16, RESERVED = 0xe0 };
  header_crc = 0xffffffff;
  bool magic = byte() == 0x1f && byte() == 0x8b && byte() == 8;
  if (!magic)
    exit(BAD_INPUT);
  unsigned flags = byte();
  if ((flags & RESERVED) != 0)
    exit(BAD_INPUT);
  for (int i = 0; i < 6; ++i) /* time, extra flags, system */
    byte();
  if ((flags & EXTRA) != 0) {
    unsigned length = byte();
    length |= (unsigned)byte() << 8;
    while (length-- > 0)
      byte();
  }
  for (unsigned text = NAME; text <= COMMENT; text <<= 1)
    if ((flags & text) != 0)
      while (byte() != 0)
        continue;
  if ((flags & HEADER_CRC) != 0) {
    unsigned expected = ~header_crc & 0xffff;
    unsigned low = byte();
    if ((low | (unsigned)byte() << 8) != expected)
      exit(BAD_INPUT);
  }
}

static void read_member(void) {
  read_header();
  bits = bit_count = 0;
  member = 0;
  crc = 0xffffffff;
  inflate();
  take(bit_count & 7);
  if (number32() != ~crc || number32() != (uint32_t)member)
    exit(BAD_INPUT);
}

void program_main(const argdata_t *ad) {
  argdata_map_iterator_t it;
  const argdata_t *value;
  if (program_argument_fd(ad, "input", &input) != 0 || program_argument_fd(ad, "output", &output) != 0)
    exit(BAD_GRANTS);
  if (program_argument(ad, "limit", &it, &value) == 0 && argdata_get_int(value, &limit) != 0)
    exit(BAD_GRANTS);
  for (unsigned i = 0; i < 256; ++i) {
    crc_table[i] = i;
    for (int bit = 0; bit < 8; ++bit)
      crc_table[i] = (crc_table[i] & 1 ? 0xedb88320 : 0) ^ (crc_table[i] >> 1);
  }
  /* One member at least; several one after the other are one file. */
  do
    read_member();
  while (in_used < in_length || fill());
  flush();
}
