/* Records to the broker: what must not get lost is remembered with its connection until there is room. */

FUNCTION int has_room(struct state *s, u32 length)
{
  if (s->out_to + length <= OUT) return 1;
  if (s->out_from > 0) {
    copy(s->out, s->out + s->out_from, s->out_to - s->out_from);
    s->out_to -= s->out_from;
    s->out_from = 0;
  }
  return s->out_to + length <= OUT;
}

/* Precondition: there is room. */
FUNCTION struct record *put_record(struct state *s, u32 kind)
{
  struct record *record = (struct record *)(s->out + s->out_to);
  clear(record, RECORD);
  record->kind = (u16)kind;
  if (kind != from_closed) s->urgent = 1;
  else if (s->out_from == s->out_to) s->lazy_since = s->now;
  s->out_to += RECORD;
  return record;
}

/* Reports of ends wait a moment for others: each message wakes the broker. */
FUNCTION void flush(struct state *s)
{
  if (!s->urgent && !s->leaving && s->out_to - s->out_from < OUT / 4 && s->now - s->lazy_since < LAZY) return;
  while (s->out_from < s->out_to && !s->out_full) {
    i64 sent = call(nr_sendto, fd_control, (i64)(s->out + s->out_from), s->out_to - s->out_from,
                    MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
    if (sent == -EINTR) continue;
    if (sent == -EAGAIN) {
      s->out_full = 1;
      return;
    }
    if (sent <= 0) end(0);
    s->out_from += (u32)sent;
  }
  if (s->out_from < s->out_to) return;
  s->out_from = s->out_to = 0;
  s->urgent = 0;
}

FUNCTION void report_limit(struct state *s, u32 limit)
{
  struct record *record;
  if (s->reported[limit] != 0 && s->now - s->reported[limit] < 1000) return;
  if (!has_room(s, RECORD)) return;
  s->reported[limit] = s->now;
  record = put_record(s, from_limit);
  record->value = (i32)limit;
}

FUNCTION void owe(struct state *s, u32 index, u32 what)
{
  struct connection *c = &s->connection[index];
  c->owes |= (u8)what;
  if (c->is_owing) return;
  c->is_owing = 1;
  c->next_owing = NONE;
  if (s->owing_first == NONE) s->owing_first = index;
  else s->connection[s->owing_last].next_owing = index;
  s->owing_last = index;
}

FUNCTION void settle(struct state *s)
{
  while (s->owing_first != NONE && has_room(s, 3 * RECORD)) {
    u32 index = s->owing_first, kind;
    struct connection *c = &s->connection[index];
    s->owing_first = c->next_owing;
    c->is_owing = 0;
    for (kind = from_failed; kind <= from_closed; kind++) {
      struct record *record;
      if ((c->owes & 1u << (kind - from_failed)) == 0) continue;
      record = put_record(s, kind);
      record->index = index;
      record->generation = c->generation;
      record->value = c->failure;
      record->protocol = IPPROTO_TCP;
      record->number[0] = c->bytes[0];
      record->number[1] = c->bytes[1];
    }
    c->owes = 0;
    if (c->state != state_gone) continue;
    c->state = state_free;
    c->generation++;
    if (c->has_work) continue; /* it is freed when its turn comes */
    c->next = s->free_connections;
    s->free_connections = index;
  }
}
