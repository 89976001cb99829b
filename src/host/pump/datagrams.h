/* Datagrams: those to the resolver go to the broker; others are flows, each with a socket of its own outside. */

#define FLOW_IDLE 120000   /* milliseconds: RFC 4787 asks for two minutes at least */
#define REFUSED_FOR 5000
#define FLOW_WAIT 30000

FUNCTION u32 chain_of(const struct address *source, const u8 *target, u32 socket)
{
  u32 hash = socket * 31 + source->bytes[2] * 251 + source->bytes[3];
  for (u32 i = 0; i < 16; i++) hash = hash * 31 + target[i];
  return (hash ^ hash >> 10) % CHAINS;
}

FUNCTION void free_flow(struct state *s, u32 index)
{
  struct flow *f = &s->flow[index];
  u32 *link = &s->chain[chain_of(&f->source, f->target, f->socket)];
  while (*link != NONE && *link != index) link = &s->flow[*link].next;
  if (*link == index) *link = f->next;
  close_descriptor(s, f->fd);
  close_descriptor(s, f->inside);
  f->fd = f->inside = -1;
  give_block(s, f->held);
  f->held = 0;
  if (f->state != state_refused && has_room(s, RECORD)) {
    struct record *record = put_record(s, from_closed);
    record->index = index;
    record->generation = f->generation;
    record->protocol = 17;
    record->number[0] = f->bytes[0];
    record->number[1] = f->bytes[1];
  }
  f->state = state_free;
  f->generation++;
  f->next = s->free_flows;
  s->free_flows = index;
  s->flows--;
}

/* Ends flows that have been idle; a full table makes room by the one that has been idle longest. */
FUNCTION void sweep_flows(struct state *s, int make_room)
{
  u32 oldest = NONE;
  s->swept = s->now;
  for (u32 index = 0; index < s->fresh_flows; index++) {
    struct flow *f = &s->flow[index];
    u64 idle = s->now - f->used;
    if (f->state == state_free) continue;
    /* A flow that was joined ends with its socket. */
    if (f->inside >= 0 && f->state == state_open) continue;
    if (idle > (f->state == state_refused ? REFUSED_FOR : f->state == state_waiting ? FLOW_WAIT : FLOW_IDLE))
      free_flow(s, index);
    else if (oldest == NONE || f->used < s->flow[oldest].used) oldest = index;
  }
  if (make_room && s->flows >= MOST_FLOWS && oldest != NONE) free_flow(s, oldest);
}

FUNCTION void put_addresses(struct record *record, const struct address *source, const u8 *target, u32 port)
{
  u32 six = source->bytes[0] == AF_INET6;
  record->family = six ? 6 : 4;
  record->source_port = (u16)(source->bytes[2] << 8 | source->bytes[3]);
  record->target_port = (u16)port;
  copy(record->source, source->bytes + (six ? 8 : 4), six ? 16 : 4);
  copy(record->target, target, six ? 16 : 4);
}

/* A datagram that waits for the verdict: its length in two bytes, then the bytes. */
FUNCTION void hold(struct state *s, struct flow *f, u32 length)
{
  if (f->held == 0) {
    f->held = take_block(s);
    f->held_to = 0;
  }
  if (f->held_to + 2 + length > SMALL) return;
  f->held[f->held_to] = (u8)(length >> 8);
  f->held[f->held_to + 1] = (u8)length;
  copy(f->held + f->held_to + 2, s->block, length);
  f->held_to += 2 + length;
}

/* Counts against the limits; returns 0 for what has to be dropped. */
FUNCTION int may_pass(struct state *s, u32 length)
{
  if (s->most_total != 0 && s->total + length > s->most_total) {
    report_limit(s, limit_total);
    return 0;
  }
  if (s->speed != 0 && s->allowance < (i64)length) {
    report_limit(s, limit_speed);
    return 0;
  }
  s->allowance -= length;
  s->total += length;
  return 1;
}

FUNCTION void send_out(struct state *s, struct flow *f, const u8 *bytes, u32 length)
{
  if (!may_pass(s, length)) return;
  call(nr_sendto, f->fd, (i64)bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
  f->bytes[0] += length;
}

/* A flow that waits for its verdict; NONE without room. */
FUNCTION u32 new_flow(struct state *s)
{
  u32 index = s->free_flows;
  struct flow *f;
  if (index != NONE) s->free_flows = s->flow[index].next;
  else if (s->fresh_flows < MOST_FLOWS) index = s->fresh_flows++;
  else return NONE;
  s->flows++;
  f = &s->flow[index];
  f->state = state_waiting;
  f->fd = f->inside = -1;
  f->used = s->now;
  f->held = 0;
  f->bytes[0] = f->bytes[1] = 0;
  f->next = NONE;
  return index;
}

/* A datagram of the program, of `length` bytes in the block. */
FUNCTION void datagram_from(struct state *s, u32 socket, const struct address *source, u32 source_length, const u8 *target,
                            u32 length)
{
  u32 port = s->listener[socket].port, index, chain;
  struct record *record;
  struct flow *f;
  if (s->has_resolver && port == 53 && source->bytes[0] == AF_INET && same(target, s->resolver, 4)) {
    if (length > MOST_PAYLOAD || !has_room(s, RECORD + MOST_PAYLOAD)) return;
    record = put_record(s, from_datagram);
    record->payload = (u16)length;
    record->value = (i32)socket;
    record->protocol = 17;
    put_addresses(record, source, target, port);
    copy(s->out + s->out_to, s->block, length);
    s->out_to += length;
    return;
  }
  chain = chain_of(source, target, socket);
  for (index = s->chain[chain]; index != NONE; index = s->flow[index].next) {
    f = &s->flow[index];
    if (f->socket != socket || !same(&f->source, source, source_length) || !same(f->target, target, 16)) continue;
    if (f->state == state_refused) return;
    f->used = s->now;
    if (f->state == state_open) send_out(s, f, s->block, length);
    else hold(s, f, length);
    return;
  }
  if (!has_room(s, 4 * RECORD) || s->fds + 8 > s->most_fds) return;
  if (s->most_at_once != 0 && s->connections + s->flows >= s->most_at_once) {
    report_limit(s, limit_at_once);
    return;
  }
  if (s->most_per_second != 0 && s->tokens == 0) {
    report_limit(s, limit_per_second);
    return;
  }
  if (s->flows >= MOST_FLOWS) sweep_flows(s, 1);
  index = new_flow(s);
  if (index == NONE) return;
  if (s->most_per_second != 0) s->tokens--;
  f = &s->flow[index];
  f->family = source->bytes[0];
  f->socket = (u16)socket;
  f->target_port = (u16)port;
  f->source_length = (u16)source_length;
  f->source = *source;
  copy(f->target, target, 16);
  f->next = s->chain[chain];
  s->chain[chain] = index;
  hold(s, f, length);
  record = put_record(s, from_flow);
  record->index = index;
  record->generation = f->generation;
  record->protocol = 17;
  put_addresses(record, source, target, port);
}

FUNCTION void read_control(struct state *s);

/* Reads what the program sends through a socket for datagrams. */
FUNCTION void read_datagrams(struct state *s, u32 socket)
{
  struct listener *l = &s->listener[socket];
  for (u32 turn = 0; turn < 64; turn++) {
    struct address source;
    struct vector vector;
    struct message message;
    u64 control[16];
    u8 target[16];
    i64 count;
    u32 six = l->kind == socket_udp6;
    vector.base = s->block;
    vector.length = 0xffff;
    clear(&source, sizeof source);
    clear(&message, sizeof message);
    clear(target, 16);
    message.name = &source;
    message.name_length = sizeof source;
    message.vectors = &vector;
    message.count = 1;
    message.control = control;
    message.control_length = sizeof control;
    count = call(nr_recvmsg, l->fd, (i64)&message, MSG_DONTWAIT, 0, 0, 0);
    if (count < 0) return;
    if (message.control_length < 16 + 12) continue;
    /* A spare socket was bound just now: its port was named before. */
    if (l->port == 0) read_control(s);
    /* struct cmsghdr, then struct in_pktinfo or in6_pktinfo */
    if (six) copy(target, (u8 *)control + 16, 16);
    else copy(target, (u8 *)control + 16 + 8, 4);
    if (six) clear(source.bytes + 4, 4); /* the flow label */
    datagram_from(s, socket, &source, message.name_length, target, (u32)count);
  }
}

/* Sends a datagram to the program so that it comes from the address that was meant. */
FUNCTION void send_in(struct state *s, u32 socket, const struct address *to, u32 length_of_address, const u8 *from,
                      const u8 *bytes, u32 length)
{
  struct vector vector;
  struct message message;
  u64 control[8];
  u32 six = s->listener[socket].kind == socket_udp6;
  clear(control, sizeof control);
  clear(&message, sizeof message);
  vector.base = (void *)bytes;
  vector.length = length;
  message.name = (void *)to;
  message.name_length = length_of_address;
  message.vectors = &vector;
  message.count = 1;
  message.control = control;
  if (six) {
    control[0] = 16 + 20;
    control[1] = 41ul | 50ul << 32; /* IPPROTO_IPV6, IPV6_PKTINFO */
    copy((u8 *)control + 16, from, 16);
    message.control_length = 40;
  } else {
    control[0] = 16 + 12;
    control[1] = 0ul | 8ul << 32; /* IPPROTO_IP, IP_PKTINFO */
    copy((u8 *)control + 16 + 4, from, 4);
    message.control_length = 32;
  }
  call(nr_sendmsg, s->listener[socket].fd, (i64)&message, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0, 0);
}

/* Reads what the program sends through the socket of a flow that was joined, which keeps the bounds of datagrams. */
FUNCTION void read_inside(struct state *s, u32 index, u32 events)
{
  struct flow *f = &s->flow[index];
  for (u32 turn = 0; turn < 64; turn++) {
    i64 count = call(nr_recvfrom, f->inside, (i64)s->block, 0xffff, MSG_DONTWAIT, 0, 0);
    if (count == -EAGAIN || count == -EINTR) return;
    /* An end and an empty datagram look alike, but for the event. */
    if (count < 0 || (count == 0 && (events & (EPOLLHUP | EPOLLRDHUP)))) {
      free_flow(s, index);
      return;
    }
    send_out(s, f, s->block, (u32)count);
  }
}

/* Reads what came back to a flow, or of the side of the program (`inside`). */
FUNCTION void flow_event(struct state *s, u32 index, u32 inside, u32 generation, u32 events)
{
  struct flow *f;
  if (index >= MOST_FLOWS) return;
  f = &s->flow[index];
  if ((f->generation & 0xffff) != generation || f->state != state_open) return;
  if (inside) {
    read_inside(s, index, events);
    return;
  }
  for (u32 turn = 0; turn < 64; turn++) {
    i64 count = call(nr_recvfrom, f->fd, (i64)s->block, 0xffff, MSG_DONTWAIT, 0, 0);
    if (count == -EAGAIN) return;
    if (count < 0) continue; /* an answer such as "port unreachable", once */
    f->used = s->now;
    if (!may_pass(s, (u32)count)) continue;
    f->bytes[1] += (u64)count;
    if (f->inside >= 0) call(nr_sendto, f->inside, (i64)s->block, count, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
    else send_in(s, f->socket, &f->source, f->source_length, f->target, s->block, (u32)count);
  }
}

/* A flow was granted: what waits goes out. */
FUNCTION void open_flow(struct state *s, u32 index, i32 fd)
{
  struct flow *f = &s->flow[index];
  f->fd = fd;
  f->state = state_open;
  for (u32 at = 0; at < f->held_to && f->held != 0;) {
    u32 length = (u32)f->held[at] << 8 | f->held[at + 1];
    send_out(s, f, f->held + at + 2, length);
    at += 2 + length;
  }
  give_block(s, f->held);
  f->held = 0;
  watch(fd, EPOLLIN, about(about_flow, 0, f->generation, index));
  if (f->inside >= 0) watch(f->inside, EPOLLIN | EPOLLRDHUP, about(about_flow, 1, f->generation, index));
}

/*
 * Packets that a filter has let through: resets that answer the first packet of a connection, "port unreachable", and
 * datagrams to groups, which nothing answers. They tell of attempts on ports that nothing serves.
 */
FUNCTION void read_packets(struct state *s, u32 socket)
{
  for (u32 turn = 0; turn < 64; turn++) {
    u8 *p = s->block;
    i64 count = call(nr_recvfrom, s->listener[socket].fd, (i64)p, 256, MSG_DONTWAIT, 0, 0);
    struct record *record;
    u32 six, protocol, ports, source, target, swapped = 0;
    if (count < 28) {
      if (count < 0) return;
      continue;
    }
    six = p[0] >> 4 == 6;
    protocol = six ? p[6] : p[9];
    ports = six ? 40 : (u32)(p[0] & 15) * 4;
    source = six ? 8 : 12;
    target = six ? 24 : 16;
    if (protocol == 1 || protocol == 58) { /* the packet that could not be delivered follows */
      u32 inner = ports + 8;
      if (inner + 48 > 256 || (i64)inner + 20 > count) continue;
      if (p[inner] >> 4 != (six ? 6 : 4)) continue;
      protocol = six ? p[inner + 6] : p[inner + 9];
      ports = inner + (six ? 40 : (u32)(p[inner] & 15) * 4);
      source += inner;
      target += inner;
      swapped = 1;
    }
    if (protocol == 17) swapped = 1; /* a datagram of the program itself */
    if ((protocol != 6 && protocol != 17) || (i64)ports + 4 > count) continue;
    if (!has_room(s, 4 * RECORD)) return;
    record = put_record(s, from_refused);
    record->family = six ? 6 : 4;
    record->protocol = (u8)protocol;
    /* A reset goes from where the program wanted to. */
    copy(swapped ? record->source : record->target, p + source, six ? 16 : 4);
    copy(swapped ? record->target : record->source, p + target, six ? 16 : 4);
    u16 first = (u16)(p[ports] << 8 | p[ports + 1]), second = (u16)(p[ports + 2] << 8 | p[ports + 3]);
    record->source_port = swapped ? first : second;
    record->target_port = swapped ? second : first;
  }
}
