/*
 * A worker with one input, one output and nothing else: reads all of the input and writes its CRC-32 and its
 * size, as cksum -a crc32b and gzip count them. An attacker whose input compromises it has gained a process
 * that can read that input and write that output.
 *
 *   input: !fd stdin
 *   output: !fd stdout
 */
#include <cloudabi.h>
#include <errno.h>
#include <program.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static uint32_t table[256];

/* The remainders of all bytes, for the reflected polynomial of IEEE 802.3. */
static void fill_table(void) {
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit)
      remainder = remainder >> 1 ^ (remainder & 1 ? 0xedb88320 : 0);
    table[byte] = remainder;
  }
}

void program_main(const argdata_t *ad) {
  static uint8_t buffer[1 << 16];
  int input, output;
  if (program_argument_fd(ad, "input", &input) != 0 || program_argument_fd(ad, "output", &output) != 0)
    exit(1);
  fill_table();
  uint32_t crc = UINT32_MAX;
  uint64_t size = 0;
  for (;;) {
    ssize_t got = read(input, buffer, sizeof(buffer));
    if (got == 0)
      break;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      exit(2);
    for (ssize_t i = 0; i < got; ++i)
      crc = crc >> 8 ^ table[(crc ^ buffer[i]) & 0xff];
    size += (uint64_t)got;
  }
  if (dprintf(output, "%08x %llu\n", (unsigned)~crc, (unsigned long long)size) < 0)
    exit(3);
}
