/*
 * Families, types, options and flags of sockets (socket(2), socket(7), ip(7), tcp(7), unix(7), netlink(7); the numbers of
 * uapi/linux/socket.h, in.h, tcp.h, asm-generic/socket.h).
 */

export const AF_UNSPEC = 0;
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const AF_RDS = 21;
export const AF_CAN = 29;
export const AF_TIPC = 30;
export const AF_BLUETOOTH = 31;
export const AF_ALG = 38;
export const AF_VSOCK = 40;
export const AF_SMC = 43;
export const AF_XDP = 44;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_RDM = 4;
export const SOCK_SEQPACKET = 5;
/** The bits of a type that are no flags. */
export const SOCK_TYPE_MASK = 0xf;
export const SOCK_NONBLOCK = 0x800;
export const SOCK_CLOEXEC = 0x80000;

export const IPPROTO_ICMP = 1;
export const IPPROTO_IP = 0;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const IPPROTO_DCCP = 33;
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ICMPV6 = 58;
export const IPPROTO_SCTP = 132;
export const IPPROTO_UDPLITE = 136;
export const IPPROTO_SMC = 256;
export const IPPROTO_MPTCP = 262;
export const NETLINK_ROUTE = 0;

export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_TYPE = 3;
export const SO_ERROR = 4;
export const SO_BROADCAST = 6;
export const SO_SNDBUF = 7;
export const SO_RCVBUF = 8;
export const SO_KEEPALIVE = 9;
export const SO_LINGER = 13;
export const SO_REUSEPORT = 15;
/** The process that has connected: its id comes first. */
export const SO_PEERCRED = 17;
export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;
export const SO_ACCEPTCONN = 30;
export const SO_PROTOCOL = 38;
export const SO_DOMAIN = 39;
/** The same as a descriptor of the process (Linux 6.5). */
export const SO_PEERPIDFD = 77;
export const IP_TTL = 2;
export const IP_PKTINFO = 8;
export const IPV6_UNICAST_HOPS = 16;
export const IP_RECVERR = 11;
export const IPV6_RECVERR = 25;
export const SO_ATTACH_FILTER = 26;
export const IPV6_V6ONLY = 26;
export const IPV6_RECVPKTINFO = 49;
/** Lets a socket use addresses that no interface has, as far as routes make them local. */
export const IPV6_FREEBIND = 78;
export const SOL_PACKET = 263;
/** Leaves out packets that go out (since Linux 4.20). */
export const PACKET_IGNORE_OUTGOING = 23;
export const ETH_P_ALL = 3;

export const TCP_NODELAY = 1;
export const TCP_KEEPIDLE = 4;
export const TCP_KEEPINTVL = 5;
export const TCP_KEEPCNT = 6;
export const TCP_SYNCNT = 7;
export const TCP_QUICKACK = 12;
export const TCP_USER_TIMEOUT = 18;
/** Makes another kind of socket out of one of TCP, such as SMC, whose connections Landlock does not see. */
export const TCP_ULP = 31;

/**
 * Urgent data, of TCP and since Linux 5.15 of UNIX sockets, which hardly anything uses, and through which the kernel was
 * attacked from within sandboxes (CVE-2025-38236).
 */
export const MSG_OOB = 0x1;
export const MSG_PEEK = 0x2;
export const MSG_CTRUNC = 0x8;
export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_WAITALL = 0x100;
export const MSG_NOSIGNAL = 0x4000;
/** Opens a connection by sending (TCP Fast Open), which Landlock does not see. */
export const MSG_FASTOPEN = 0x20000000;
export const MSG_CMSG_CLOEXEC = 0x40000000;

/** Bytes of `struct cmsghdr`: u64 length, i32 level, i32 type. */
export const CMSG_HEADER_SIZE = 16;
export const SCM_RIGHTS = 1;
/** A descriptor of the sender's process, which comes where a socket was set up with SO_PASSPIDFD. */
export const SCM_PIDFD = 4;

export const SHUT_RD = 0;
export const SHUT_WR = 1;

export const SIOCSIFFLAGS = 0x8914;
export const SIOCSIFMTU = 0x8922;
export const IFF_UP = 0x1;
export const IFF_RUNNING = 0x40;

/** Offsets within `struct msghdr` of a 64-bit Linux (recvmsg(2)). */
export const MessageHeader = {
  name: 0,
  nameLength: 8,
  vectors: 16,
  count: 24,
  control: 32,
  controlLength: 40,
  flags: 48,
  size: 56,
} as const;
