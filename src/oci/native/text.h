/* Texts that are put together in one piece of memory. */

struct text {
  char *bytes;
  u64 length;
  u64 room;
};

/* The compiler makes calls of these out of loops and assignments. */
void *memcpy(void *to, const void *from, u64 length)
{
  copy(to, from, length);
  return to;
}

void *memset(void *to, int value, u64 length)
{
  volatile u8 *byte = to;
  u64 at;
  for (at = 0; at < length; at++) byte[at] = (u8)value;
  return to;
}

FUNCTION u64 length_of(const char *text)
{
  u64 length = 0;
  while (text[length]) length++;
  return length;
}

FUNCTION int equal(const char *a, const char *b)
{
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

FUNCTION int begins(const char *text, const char *with)
{
  while (*with)
    if (*text++ != *with++) return 0;
  return 1;
}

FUNCTION void begin_text(struct text *text)
{
  text->room = 0x10000;
  text->bytes = memory(text->room);
  text->length = 0;
}

FUNCTION void add_bytes(struct text *text, const char *from, u64 length)
{
  if (text->length + length + 1 > text->room) {
    u64 room = 2 * (text->length + length + 1);
    char *bytes = memory(room);
    copy(bytes, text->bytes, text->length);
    text->bytes = bytes;
    text->room = room;
  }
  copy(text->bytes + text->length, from, length);
  text->length += length;
}

FUNCTION void add(struct text *text, const char *from)
{
  add_bytes(text, from, length_of(from));
}

FUNCTION void add_padded(struct text *text, u64 number, u32 digits)
{
  char room[24];
  u32 at = 24;
  do {
    room[--at] = (char)('0' + number % 10);
    number /= 10;
    if (digits > 0) digits--;
  } while (number > 0 || digits > 0);
  add_bytes(text, room + at, 24 - at);
}

FUNCTION void add_number(struct text *text, u64 number)
{
  add_padded(text, number, 1);
}

FUNCTION char *finish(struct text *text)
{
  text->bytes[text->length] = 0;
  return text->bytes;
}

/* A number in decimal digits up to another character; -1 for none. */
FUNCTION i64 number_in(const char *text)
{
  i64 number = 0;
  u32 digits = 0;
  for (; *text >= '0' && *text <= '9' && digits < 18; text++, digits++) number = 10 * number + (*text - '0');
  return digits == 0 || (*text && *text != '\n' && *text != ' ') ? -1 : number;
}

FUNCTION void write_all(int to, const char *from, u64 length)
{
  while (length > 0) {
    i64 written = call(nr_write, to, (i64)from, (i64)length, 0, 0, 0);
    if (written <= 0) return;
    from += written;
    length -= (u64)written;
  }
}
