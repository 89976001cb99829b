/* Connections: from the verdict to the end. */

FUNCTION void add_work(struct state *s, u32 index)
{
  struct connection *c = &s->connection[index];
  if (c->has_work) return;
  c->has_work = 1;
  c->next = NONE;
  if (s->work_first == NONE) s->work_first = index;
  else s->connection[s->work_last].next = index;
  s->work_last = index;
}

FUNCTION u32 new_connection(struct state *s)
{
  u32 index = s->free_connections;
  if (index != NONE) s->free_connections = s->connection[index].next;
  else if (s->fresh_connections < MOST_CONNECTIONS) index = s->fresh_connections++;
  else return NONE;
  s->connections++;
  return index;
}

/* A connection whose side of the program is there, and which waits for the other. */
FUNCTION struct connection *begin_connection(struct state *s, u32 index, i32 fd)
{
  struct connection *c = &s->connection[index];
  c->state = state_waiting;
  c->failure = 0;
  c->owes = c->is_owing = c->has_work = c->reset = 0;
  c->fd[0] = fd;
  c->fd[1] = -1;
  for (u32 side = 0; side < 2; side++) {
    c->readable[side] = c->writable[side] = c->over[side] = c->done[side] = 0;
    c->held[side] = 0;
    c->bytes[side] = 0;
  }
  watch(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, about(about_connection, 0, c->generation, index));
  return c;
}

/* Ends both sides; what the broker has to know is owed. */
FUNCTION void close_connection(struct state *s, u32 index)
{
  struct connection *c = &s->connection[index];
  u32 side;
  for (side = 0; side < 2; side++) {
    if (c->reset) reset_descriptor(s, c->fd[side]);
    else close_descriptor(s, c->fd[side]);
    c->fd[side] = -1;
    give_block(s, c->held[side]);
    c->held[side] = 0;
  }
  s->connections--;
  c->state = state_gone;
  owe(s, index, owes_closed);
}

FUNCTION void reset_connection(struct state *s, u32 index)
{
  s->connection[index].reset = 1;
  close_connection(s, index);
}

/* The receiver of a direction is gone: what it had sent before is still led to the other. */
FUNCTION void lose_receiver(struct connection *c, u32 d)
{
  c->done[d] = 1;
  c->reset = 1;
  c->readable[1 - d] = c->over[1 - d] = 1;
}

/* Leads bytes from side d to the other, until one of them has to wait. Returns 1 when there is more to do at once. */
FUNCTION int move(struct state *s, struct connection *c, u32 d)
{
  u32 to = 1 - d, turns = 4;
  for (;;) {
    i64 count, sent;
    if (c->held[d] != 0) {
      if (!c->writable[to]) return 0;
      sent = call(nr_sendto, c->fd[to], (i64)(c->held[d] + c->held_from[d]), c->held_to[d] - c->held_from[d],
                  MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
      if (sent == -EINTR) continue;
      if (sent == -EAGAIN) {
        c->writable[to] = 0;
        return 0;
      }
      if (sent > 0) {
        c->held_from[d] += (u32)sent;
        c->bytes[d] += (u64)sent;
        if (c->held_from[d] < c->held_to[d]) continue;
      }
      give_block(s, c->held[d]);
      c->held[d] = 0;
      if (sent < 0) lose_receiver(c, d);
      continue;
    }
    if (c->done[d] || !c->readable[d]) return 0;
    if (turns-- == 0) return 1;
    u64 most = s->blocks < MOST_BLOCKS ? BLOCK : SMALL;
    if (s->speed != 0) {
      if (s->allowance <= 0) {
        s->throttled = 1;
        report_limit(s, limit_speed);
        return 1;
      }
      if ((u64)s->allowance < most) most = (u64)s->allowance;
    }
    count = call(nr_recvfrom, c->fd[d], (i64)s->block, (i64)most, MSG_DONTWAIT, 0, 0);
    if (count == -EINTR) continue;
    if (count == -EAGAIN) {
      c->readable[d] = 0;
      return 0;
    }
    if (count < 0) { /* reset by its peer */
      c->reset = 1;
      c->done[0] = c->done[1] = 1;
      return 0;
    }
    if (count == 0) {
      c->done[d] = 1;
      /* After both halves comes close(2), which says the same. */
      if (!c->done[to]) call(nr_shutdown, c->fd[to], SHUT_WR, 0, 0, 0, 0);
      return 0;
    }
    if ((u64)count < most && !c->over[d]) c->readable[d] = 0;
    s->allowance -= count;
    s->total += (u64)count;
    do sent = call(nr_sendto, c->fd[to], (i64)s->block, count, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
    while (sent == -EINTR);
    if (sent < 0 && sent != -EAGAIN) {
      lose_receiver(c, d);
      return 0;
    }
    if (sent < 0) {
      sent = 0;
      c->writable[to] = 0;
    }
    c->bytes[d] += (u64)sent;
    if (sent < count) {
      u8 *held = take_block(s);
      copy(held, s->block + sent, (u64)(count - sent));
      c->held[d] = held;
      c->held_from[d] = 0;
      c->held_to[d] = (u32)(count - sent);
    }
  }
}

/* The error that a socket has met, positive; 0 for none. */
FUNCTION i32 error_of(i32 fd)
{
  i32 error = 0;
  u32 length = 4;
  i64 result = call(nr_getsockopt, fd, SOL_SOCKET, SO_ERROR, (i64)&error, (i64)&length, 0);
  return result < 0 ? (i32)-result : error;
}

/* Does what can be done for a connection now. */
FUNCTION void go_on(struct state *s, u32 index)
{
  struct connection *c = &s->connection[index];
  if (c->state == state_dialing) {
    i32 error;
    if (!c->writable[1] && !c->over[1]) return;
    error = c->over[1] ? error_of(c->fd[1]) : 0; /* a failure is a hangup */
    if (error == 0 && !c->writable[1]) return;
    if (error != 0) {
      close_descriptor(s, c->fd[1]);
      c->fd[1] = -1;
      c->failure = error;
      c->state = state_waiting;
      owe(s, index, owes_failed);
      return;
    }
    c->state = state_open;
  }
  if (c->state != state_open) return;
  int more = move(s, c, 0);
  more |= move(s, c, 1);
  /* Losing a receiver gives the first direction something to do. */
  if (c->reset && !(c->done[0] && c->done[1])) more |= move(s, c, 0) | move(s, c, 1);
  if (c->done[0] && c->done[1]) close_connection(s, index);
  else if (more) add_work(s, index);
  if (s->most_total != 0 && s->total > s->most_total) {
    report_limit(s, limit_total);
    for (u32 other = 0; other < s->fresh_connections; other++)
      if (s->connection[other].state == state_open) reset_connection(s, other);
  }
}

FUNCTION void work(struct state *s)
{
  u32 last = s->work_last;
  while (s->work_first != NONE && !s->throttled) {
    u32 index = s->work_first;
    struct connection *c = &s->connection[index];
    s->work_first = c->next;
    c->has_work = 0;
    if (c->state == state_free) {
      c->next = s->free_connections;
      s->free_connections = index;
    } else go_on(s, index);
    if (index == last) return;
  }
}

/* An event of a side of a connection. */
FUNCTION void connection_event(struct state *s, u32 index, u32 side, u32 generation, u32 events)
{
  struct connection *c;
  if (index >= MOST_CONNECTIONS || side > 1) return;
  c = &s->connection[index];
  if ((c->generation & 0xffff) != generation || c->state == state_free || c->fd[side] < 0) return;
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->readable[side] = 1;
  if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) c->over[side] = 1;
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) c->writable[side] = 1;
  /* A program that has given up need not be answered any more. */
  if (side == 0 && (c->state == state_waiting || c->state == state_dialing) && (events & EPOLLERR)) {
    reset_connection(s, index);
    return;
  }
  if (c->state == state_dialing || c->state == state_open) add_work(s, index);
}
