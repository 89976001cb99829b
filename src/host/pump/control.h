/* Records of the broker, and the sockets that come from the namespace before the program starts. */

/* Receives exactly one message or a part of a stream, with at most `room` descriptors. */
FUNCTION i64 receive(i32 socket, void *to, u64 length, i32 *fds, u32 room, u32 *count)
{
  struct vector vector;
  struct message message;
  u64 control[132];
  i64 got;
  vector.base = to;
  vector.length = length;
  clear(&message, sizeof message);
  message.vectors = &vector;
  message.count = 1;
  message.control = control;
  message.control_length = 16 + 4 * (u64)room;
  *count = 0;
  got = call(nr_recvmsg, socket, (i64)&message, (room > 1 ? 0 : MSG_DONTWAIT) | MSG_CMSG_CLOEXEC, 0, 0, 0);
  if (got >= 0 && message.control_length > 16 && control[0] > 16 && control[0] <= 16 + 4 * (u64)room &&
      control[1] == (1ul | 1ul << 32)) { /* SOL_SOCKET, SCM_RIGHTS */
    *count = (u32)(control[0] - 16) / 4;
    copy(fds, control + 2, 4 * *count);
  }
  return got;
}

FUNCTION void to_flow(struct state *s, const struct record *r, i32 fd)
{
  struct flow *f;
  int known = r->index < s->fresh_flows;
  f = &s->flow[known ? r->index : 0];
  known = known && f->state != state_free && f->generation == r->generation;
  if (r->kind == to_dial && known && f->state == state_waiting && fd >= 0) {
    open_flow(s, r->index, fd);
    return;
  }
  close_descriptor(s, fd);
  if (!known) return;
  if (r->kind == to_kill || f->state == state_open) {
    if (r->kind != to_dial) free_flow(s, r->index);
    return;
  }
  if (f->inside >= 0) {
    free_flow(s, r->index);
    return;
  }
  f->state = state_refused;
  f->used = s->now;
  give_block(s, f->held);
  f->held = 0;
}

FUNCTION void to_connection(struct state *s, const struct record *r, i32 fd)
{
  struct connection *c;
  int known = r->index < s->fresh_connections;
  c = &s->connection[known ? r->index : 0];
  known = known && c->state != state_free && c->state != state_gone && c->generation == r->generation;
  if (!known || (r->kind == to_dial && c->state != state_waiting)) {
    close_descriptor(s, fd);
    return;
  }
  if (r->kind != to_dial) {
    close_descriptor(s, fd);
    reset_connection(s, r->index);
    return;
  }
  if (fd < 0) { /* there was no descriptor left for it */
    c->failure = EMFILE;
    owe(s, r->index, owes_failed);
    return;
  }
  c->fd[1] = fd;
  c->state = state_dialing;
  c->readable[1] = c->writable[1] = c->over[1] = 0;
  send_at_once(fd);
  watch(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, about(about_connection, 1, c->generation, r->index));
}

/*
 * A connection, or a flow of datagrams, that the broker has made with its program; the number that it gave comes back with
 * the report.
 */
FUNCTION void to_joined(struct state *s, const struct record *r, i32 fd)
{
  u32 index = NONE;
  struct record *record;
  if (!has_room(s, 2 * RECORD)) end(71); /* the broker does not read */
  if (s->most_total != 0 && s->total >= s->most_total) report_limit(s, limit_total);
  else if (s->most_at_once != 0 && s->connections + s->flows >= s->most_at_once) report_limit(s, limit_at_once);
  else if (s->most_per_second != 0 && s->tokens == 0) report_limit(s, limit_per_second);
  else if (s->fds + s->connections + 8 > s->most_fds || s->connections >= MOST_CONNECTIONS) report_limit(s, limit_room);
  else index = r->protocol == 17 ? new_flow(s) : new_connection(s);
  if (index == NONE) close_descriptor(s, fd);
  else if (s->most_per_second != 0) s->tokens--;
  record = put_record(s, index == NONE ? from_not_joined : from_joined);
  if (index != NONE) {
    record->index = index;
    if (r->protocol == 17) {
      clear(s->flow[index].target, 16);
      clear(&s->flow[index].source, sizeof s->flow[index].source);
      s->flow[index].socket = 0;
      s->flow[index].inside = fd;
      record->generation = s->flow[index].generation;
    } else record->generation = begin_connection(s, index, fd)->generation;
  }
  record->value = r->value;
  record->protocol = r->protocol == 17 ? 17 : IPPROTO_TCP;
}

FUNCTION void to_program(struct state *s, const struct record *r, const u8 *payload)
{
  struct address to;
  u32 socket = (u32)r->value, six = r->family == 6;
  if (socket >= s->sockets || s->listener[socket].kind != (six ? socket_udp6 : socket_udp4)) return;
  clear(&to, sizeof to);
  to.bytes[0] = six ? AF_INET6 : AF_INET;
  to.bytes[2] = (u8)(r->source_port >> 8);
  to.bytes[3] = (u8)r->source_port;
  copy(to.bytes + (six ? 8 : 4), r->source, six ? 16 : 4);
  send_in(s, socket, &to, six ? 28 : 16, r->target, payload, r->payload);
}

/* A listener or another socket of the namespace. */
FUNCTION void add_socket(struct state *s, u32 kind, u32 port, i32 fd)
{
  struct listener *l;
  if (s->sockets >= MOST_SOCKETS) {
    close_descriptor(s, fd);
    return;
  }
  l = &s->listener[s->sockets];
  l->kind = (u8)kind;
  l->port = (u16)port;
  l->fd = fd;
  if (kind == socket_tcp) {
    send_at_once(fd); /* accepted sockets have it, too */
    watch(fd, EPOLLIN | EPOLLET, about(about_listener, 0, 0, s->sockets));
  }
  else if (kind == socket_packet) watch(fd, EPOLLIN, about(about_packets, 0, 0, s->sockets));
  else watch(fd, EPOLLIN, about(about_datagrams, 0, 0, s->sockets));
  s->sockets++;
}

FUNCTION void obey(struct state *s, const struct record *r, const u8 *payload, i32 fd)
{
  if (r->kind >= to_dial && r->kind <= to_kill) {
    if (r->protocol == 17) to_flow(s, r, fd);
    else to_connection(s, r, fd);
    return;
  }
  if (r->kind == to_listen && fd >= 0) {
    add_socket(s, socket_tcp, r->target_port, fd);
    return;
  }
  if (r->kind == to_join && fd >= 0) {
    to_joined(s, r, fd);
    return;
  }
  close_descriptor(s, fd);
  if (r->kind == to_serve) {
    struct listener *l = &s->listener[(u32)r->value < s->sockets ? (u32)r->value : 0];
    if ((u32)r->value < s->sockets && (l->kind == socket_udp4 || l->kind == socket_udp6)) l->port = r->target_port;
    return;
  }
  if (r->kind == to_datagram) to_program(s, r, payload);
  else if (r->kind == to_resolver) {
    copy(s->resolver, r->target, 4);
    s->has_resolver = 1;
  } else if (r->kind == to_limits) {
    s->most_at_once = r->index;
    s->most_per_second = s->tokens = r->generation;
    s->speed = r->number[0];
    s->most_total = r->number[1];
    s->allowance = (i64)(s->speed / 10 + BLOCK);
    s->refilled = s->accept_refilled = s->now;
    s->throttled = 0;
  }
}

FUNCTION void read_control(struct state *s)
{
  for (;;) {
    struct record *r = (struct record *)s->in;
    u32 wanted = RECORD, count;
    i32 fd;
    i64 got;
    if (s->in_length >= RECORD) wanted = RECORD + r->payload;
    if (s->in_length == wanted) {
      fd = s->in_fd;
      s->in_length = 0;
      s->in_fd = -1;
      obey(s, r, s->in + RECORD, fd);
      continue;
    }
    got = receive(fd_control, s->in + s->in_length, wanted - s->in_length, &fd, 1, &count);
    if (got == -EINTR) continue;
    if (got == -EAGAIN) return;
    if (got == 0) { /* the broker sends no more, and may still want to know of the last attempts */
      s->leaving = 1;
      return;
    }
    if (got < 0) end(0);
    if (count == 1) {
      s->fds++;
      if (s->in_fd >= 0) close_descriptor(s, s->in_fd);
      s->in_fd = fd;
    }
    s->in_length += (u32)got;
    if (s->in_length >= RECORD && r->payload > MOST_PAYLOAD) end(65);
  }
}

/* One entry for each descriptor of a message from the namespace. */
struct announced { u16 kind, port; u32 spare; };
#define MOST_AT_ONCE 250

/*
 * Gives the broker the spare sockets for datagrams as well: it binds them to ports that are granted later. An announcement
 * has the number of the socket here in place of a port.
 */
FUNCTION void lend_spares(struct state *s)
{
  struct announced *entry = (struct announced *)s->block;
  struct vector vector;
  struct message message;
  u64 control[132];
  u32 count = 0;
  clear(control, sizeof control);
  for (u32 i = 0; i < s->sockets && count < MOST_AT_ONCE; i++) {
    struct listener *l = &s->listener[i];
    if ((l->kind != socket_udp4 && l->kind != socket_udp6) || l->port != 0) continue;
    entry[count].kind = l->kind;
    entry[count].port = (u16)i;
    entry[count].spare = 0;
    ((i32 *)(control + 2))[count++] = l->fd;
  }
  if (count == 0) return;
  clear(&message, sizeof message);
  vector.base = entry;
  vector.length = count * sizeof *entry;
  control[0] = 16 + 4 * (u64)count;
  control[1] = 1ul | 1ul << 32; /* SOL_SOCKET, SCM_RIGHTS */
  message.vectors = &vector;
  message.count = 1;
  message.control = control;
  message.control_length = 16 + 4 * (u64)count;
  call(nr_sendmsg, fd_intake, (i64)&message, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0, 0);
}

/* Takes the sockets of the namespace; ends with the message that says there are no more. */
FUNCTION void take_sockets(struct state *s)
{
  struct announced *entry = (struct announced *)s->block;
  i32 *fds = (i32 *)(s->block + 0x10000);
  for (;;) {
    u32 count;
    i64 got = receive(fd_intake, entry, MOST_AT_ONCE * sizeof *entry, fds, MOST_AT_ONCE, &count);
    if (got == -EINTR) continue;
    if (got < (i64)sizeof *entry) end(0); /* the launch has failed */
    if (entry[0].kind == socket_end) {
      for (u32 i = 0; i < count; i++) call(nr_close, fds[i], 0, 0, 0, 0, 0);
      lend_spares(s);
      return;
    }
    if (count * sizeof *entry != (u64)got) end(66);
    for (u32 i = 0; i < count; i++) {
      if (fds[i] != (i32)(fd_first + s->sockets)) end(67);
      s->fds++;
      add_socket(s, entry[i].kind, entry[i].port, fds[i]);
    }
  }
}
