/*
 * connect(2). The supervisor takes the socket and copies its address, judges the copy, and connects that socket with that copy:
 * neither another descriptor at its number nor other bytes at the place of the address count any more.
 */

#define UNIX_HEADER 2     /* bytes before the path of a `struct sockaddr_un` (unix(7)) */
#define INTERNET_LENGTH 16 /* of a `struct sockaddr_in` (ip(7)) */
#define INTERNET6_LENGTH 24 /* of a `struct sockaddr_in6` without its scope, which the kernel takes, too (ipv6(7)) */

/* Writes bytes in hexadecimal; returns what follows them. */
FUNCTION u8 *put_hex(u8 *to, const u8 *bytes, u32 count)
{
  for (u32 i = 0; i < 2 * count; i++) {
    u32 digit = bytes[i / 2] >> (i % 2 ? 0 : 4) & 15;
    *to++ = (u8)(digit < 10 ? '0' + digit : 'a' + digit - 10);
  }
  return to;
}

/* Ends the text of a socket that has no path. */
FUNCTION void end_text(struct place *p, const u8 *end)
{
  p->length = (u32)(end - p->path);
  p->path[p->length] = 0;
}

/*
 * Names an address of the internet as rules do: `/4/HEX/PORT`, `/6/HEX/PORT`; an IPv4 address within IPv6 is one of IPv4. No
 * address means the loopback interface to the kernel, and is written so into the copy.
 */
FUNCTION void name_internet(struct place *p, u8 *address, u32 bytes)
{
  u8 *to = p->path, *host = address + (bytes == 4 ? 4 : 8);
  u32 zeros = 0;
  if (bytes == 16) {
    while (zeros < 16 && host[zeros] == 0) zeros++;
    if (zeros == 16) host[15] = 1;
    else if (zeros == 10 && host[10] == 0xff && host[11] == 0xff) {
      host += 12;
      bytes = 4;
    }
  }
  if (bytes == 4 && host[0] == 0 && host[1] == 0 && host[2] == 0 && host[3] == 0) {
    host[0] = 127;
    host[3] = 1;
  }
  *to++ = '/';
  *to++ = bytes == 4 ? '4' : '6';
  *to++ = '/';
  to = put_hex(to, host, bytes);
  *to++ = '/';
  end_text(p, put_hex(to, address + 2, 2));
}

/* " (deleted)", behind the path of what descriptors alone still lead to (proc_pid_fd(5)) */
#define WORD_REMOVED 0x6574656c65642820ul
#define WORD_REMOVED_END 0x2964ul

/* Says whether no rule can be about a path, because its name was removed. */
FUNCTION u32 is_removed(const struct place *p)
{
  const u8 *at = p->path + p->length - 10;
  if (p->length < 10 || !is_word(at + 8, WORD_REMOVED_END)) return 0;
  for (u64 word = WORD_REMOVED; word != 0; word >>= 8) if (*at++ != (u8)word) return 0;
  return 1;
}

/*
 * Names the socket of a path as rules do: `/u` and the path. The address then names the descriptor of that socket, in the
 * directory where our threads are: that of our own descriptors in /proc.
 */
FUNCTION i64 name_path(struct worker *w, struct address *address)
{
  struct place *p = &w->one;
  u8 *bytes = (u8 *)address->word;
  i64 got;
  copy(w->text, bytes + UNIX_HEADER, address->length - UNIX_HEADER);
  w->text[address->length - UNIX_HEADER] = 0;
  got = find_object(w, AT_FDCWD, w->text, 1, p);
  if (got < 0) return got;
  address->path = p->fd;
  if (is_removed(p)) return -ECONNREFUSED;
  name_socket(p);
  put_own(bytes + UNIX_HEADER, p->fd);
  address->length = UNIX_HEADER + length_of(bytes + UNIX_HEADER);
  return 0;
}

/* Names an address as rules do, or gives it no text: the kernel refuses it, or it dissolves a connection. */
FUNCTION i64 name_address(struct worker *w, u32 domain, struct address *address)
{
  struct place *p = &w->one;
  u8 *bytes = (u8 *)address->word;
  u32 family = address->length < UNIX_HEADER ? 0 : *(const u16 *)bytes;
  p->length = 0;
  p->path[0] = '/';
  if (family == AF_UNSPEC) return 0;
  if (domain == AF_UNIX) {
    if (family != AF_UNIX || address->length > UNIX_HEADER + 108) return -EINVAL;
    if (address->length == UNIX_HEADER) return -EINVAL;
    if (bytes[UNIX_HEADER] != 0) return name_path(w, address);
    p->path[1] = '@';
    copy(p->path + 2, bytes + UNIX_HEADER + 1, address->length - UNIX_HEADER - 1);
    end_text(p, p->path + 1 + address->length - UNIX_HEADER);
    return 0;
  }
  if (family == AF_INET || family == AF_INET6) {
    if (address->length < (family == AF_INET ? INTERNET_LENGTH : INTERNET6_LENGTH)) return -EINVAL;
    name_internet(p, bytes, family == AF_INET ? 4 : 16);
    return 0;
  }
  p->path[1] = 'o'; /* of another family */
  end_text(p, p->path + 2);
  return 0;
}

FUNCTION i64 socket_number(i64 fd, u64 name)
{
  u32 value = 0, size = sizeof value;
  i64 got = call(nr_getsockopt, fd, SOL_SOCKET, (i64)name, (i64)&value, (i64)&size, 0);
  return got < 0 ? got : value;
}

FUNCTION void wait_for_connect(struct waiter *one)
{
  struct address *address = &one->address;
  i64 got;
  let_interrupt();
  __atomic_store_n(&one->entered, 1, __ATOMIC_RELEASE);
  got = call(nr_connect, one->fd, (i64)address->word, address->length, 0, 0, 0);
  __atomic_store_n(&one->entered, 0, __ATOMIC_RELEASE);
  let_answer();
  shut(one->fd);
  shut(address->path);
  /* The kernel makes the call again then, which waits on, or answers EINTR. */
  if (got == -EINTR && one->interrupted) got = -ERESTARTSYS;
  answer(one->shared, one->id, got);
}

/* Connects. Only datagram sockets never wait for their peer; another thread may take O_NONBLOCK away at any time. */
FUNCTION i64 connect_taken(struct worker *w, i32 fd, const struct address *address)
{
  i64 type = socket_number(fd, SO_TYPE);
  struct waiter *one;
  if (type < 0) return type;
  if (type == SOCK_DGRAM || type == SOCK_RAW)
    return call(nr_connect, fd, (i64)address->word, address->length, 0, 0, 0);
  one = take_waiter(w, thread_connect, fd);
  if (one == 0) return -EAGAIN;
  copy(&one->address, address, sizeof *address);
  return start_waiter(one) ? ANSWERED : -EAGAIN;
}

FUNCTION i64 do_connect(struct worker *w)
{
  struct address address;
  i64 length = (i32)w->n.argument[2], domain, got, fd = take_descriptor(w, (u32)w->n.argument[0]);
  if (fd < 0) return fd;
  address.path = -1;
  address.length = (u32)length;
  clear(address.word, sizeof address.word);
  got = length < 0 || length > (i64)sizeof address.word ? -EINVAL : 0;
  if (got == 0 && length > 0) got = read_bytes(w, w->n.argument[1], address.word, (u64)length);
  if (got == 0) {
    domain = socket_number(fd, SO_DOMAIN);
    got = domain < 0 ? domain : name_address(w, (u32)domain, &address);
  }
  if (got == 0) got = judge(w, is_connect, &w->one, EACCES);
  if (got == 0 && !is_waiting(w)) got = ANSWERED;
  if (got == 0) {
    got = connect_taken(w, (i32)fd, &address);
    if (got == ANSWERED) return got; /* its thread closes both */
  }
  shut(fd);
  shut(address.path);
  return got;
}
