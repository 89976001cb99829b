/* The state of the pump. All of it is zero at the start and touched only when used. */

#define MOST_CONNECTIONS 16384
#define MOST_FLOWS 4096
#define MOST_SOCKETS 2100 /* listeners, sockets for datagrams and the packet socket; records.ts has the same */
#define BLOCK 0x100000    /* bytes that are copied at once, and room for those that wait */
#define SMALL 0x10000     /* the same where many connections wait */
#define MOST_BLOCKS 256
#define RECORD 64
#define MOST_PAYLOAD 2048
#define NONE 0xffffffffu

/* Descriptors with fixed numbers; the sockets of the namespace follow. */
enum { fd_control, fd_intake, fd_epoll, fd_first };

/* Kinds of sockets of the namespace, as the launch list announces them. */
enum { socket_end, socket_tcp, socket_udp4, socket_udp6, socket_packet };

/* Records to the broker. */
enum {
  from_ready = 1, from_accepted, from_failed = 4, from_closed, from_flow, from_datagram, from_refused,
  from_limit, from_joined, from_not_joined,
};

/* Records of the broker. */
enum { to_dial = 1, to_refuse, to_kill, to_datagram, to_limits, to_resolver, to_listen, to_serve, to_join };

/* Limits, as they are reported. */
enum { limit_at_once = 1, limit_per_second, limit_speed, limit_total, limit_room };

struct record {
  u16 kind, payload;
  u32 index, generation;
  i32 value;
  u8 family, protocol;
  u16 source_port, target_port, spare;
  union {
    struct { u8 source[16], target[16]; };
    struct { u64 number[4]; };
  };
  u64 extra;
};

enum { state_free, state_waiting, state_dialing, state_open, state_gone, state_refused };

enum { owes_failed = 1, owes_closed = 2 };

/* Side 0 is the program's, side 1 the one outside. Direction d leads from side d to the other. */
struct connection {
  u32 generation, next; /* in the list of free ones, or of those with work */
  u32 next_owing;
  i32 failure;
  u8 state, owes, is_owing, has_work;
  u8 reset; /* closes by resetting both sides */
  u8 readable[2], writable[2], over[2], done[2];
  i32 fd[2];
  u8 *held[2];
  u32 held_from[2], held_to[2];
  u64 bytes[2];
};

struct address { /* struct sockaddr_in or sockaddr_in6 */
  u8 bytes[28];
};

struct flow {
  u32 generation, next; /* in a chain, or in the list of free ones */
  u8 state, family;
  u16 socket;
  u16 target_port, source_length;
  struct address source;
  u8 target[16];
  i32 fd;
  i32 inside; /* the program's socket of a flow that was joined; -1 for those of the namespace */
  u64 used; /* milliseconds */
  u8 *held;
  u32 held_to;
  u64 bytes[2];
};

struct listener {
  u8 kind, ready, queued, spare;
  u16 port;
  i32 fd;
};

#define CHAINS 1024
#define OUT (256 * 1024)
#define LAZY 10 /* milliseconds that reports of ends may wait */

struct event {
  u32 events;
  u64 data;
}
#ifdef __x86_64__
__attribute__((packed))
#endif
;
#define EVENTS 256

struct state {
  u32 sockets, fds, most_fds;
  u32 connections, free_connections, fresh_connections; /* in use; chain of used ones; those never used */
  u32 flows, free_flows, fresh_flows;
  u32 work_first, work_last, owing_first, owing_last;
  u32 listeners_ready;
  u64 now; /* milliseconds */
  u64 swept;
  u8 no_descriptors, throttled, out_full, has_resolver, leaving;
  u64 retry_at;
  /* limits; 0 for none */
  u32 most_at_once, most_per_second, tokens;
  u64 speed, most_total, total, refilled, accept_refilled;
  i64 allowance;
  u64 reported[8];
  u8 resolver[4];
  u8 *spare_blocks;
  u32 spare_count, blocks; /* kept for later; in use */
  /* a record of the broker that has come in part */
  u32 in_length;
  i32 in_fd;
  u8 in[RECORD + MOST_PAYLOAD];
  u32 out_from, out_to;
  u8 urgent; /* some of these records must not wait */
  u64 lazy_since;
  u8 out[OUT];
  struct event events[EVENTS];
  struct listener listener[MOST_SOCKETS];
  u32 chain[CHAINS];
  struct flow flow[MOST_FLOWS];
  struct connection connection[MOST_CONNECTIONS];
  u8 block[BLOCK];
};

struct vector { void *base; u64 length; };
struct message {
  void *name; u32 name_length; u32 pad;
  struct vector *vectors; u64 count;
  void *control; u64 control_length;
  i32 flags; u32 pad2;
};


/* The subject of an event: 8 bits of kind, 8 of side, 16 of generation, 32 of index. */
enum { about_control = 1, about_listener, about_datagrams, about_packets, about_connection, about_flow };

static inline u64 about(u32 kind, u32 side, u32 generation, u32 index)
{
  return (u64)kind << 56 | (u64)side << 48 | (u64)(generation & 0xffff) << 32 | index;
}

FUNCTION void watch(i32 fd, u32 events, u64 data)
{
  struct event event;
  event.events = events;
  event.data = data;
  call(nr_epoll_ctl, fd_epoll, EPOLL_CTL_ADD, fd, (i64)&event, 0, 0);
}

FUNCTION void close_descriptor(struct state *s, i32 fd)
{
  if (fd < 0) return;
  call(nr_close, fd, 0, 0, 0, 0, 0);
  s->fds--;
  s->no_descriptors = 0;
}

/* Closes so that the other end learns of it as a reset. */
FUNCTION void reset_descriptor(struct state *s, i32 fd)
{
  u32 linger[2];
  if (fd < 0) return;
  linger[0] = 1;
  linger[1] = 0;
  call(nr_setsockopt, fd, SOL_SOCKET, SO_LINGER, (i64)linger, 8, 0);
  close_descriptor(s, fd);
}

FUNCTION void send_at_once(i32 fd)
{
  u32 one = 1;
  call(nr_setsockopt, fd, IPPROTO_TCP, TCP_NODELAY, (i64)&one, 4, 0);
}

/* Blocks that are not in use any more; a few are kept, the rest goes back to the kernel. */
FUNCTION u8 *take_block(struct state *s)
{
  u8 *block = s->spare_blocks;
  s->blocks++;
  if (block == 0) return memory(BLOCK);
  s->spare_blocks = *(u8 **)block;
  s->spare_count--;
  return block;
}

FUNCTION void give_block(struct state *s, u8 *block)
{
  if (block == 0) return;
  s->blocks--;
  if (s->spare_count >= 32) {
    call(nr_munmap, (i64)block, BLOCK, 0, 0, 0, 0);
    return;
  }
  *(u8 **)block = s->spare_blocks;
  s->spare_blocks = block;
  s->spare_count++;
}
