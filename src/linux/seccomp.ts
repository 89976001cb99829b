/* seccomp(2): operations, flags and answers (uapi/linux/seccomp.h), and architectures (uapi/linux/audit.h). */

/** A value of PR_SET_SECCOMP. */
export const SECCOMP_MODE_FILTER = 2;
export const SECCOMP_SET_MODE_FILTER = 1;
export const SECCOMP_GET_ACTION_AVAIL = 2;
export const SECCOMP_FILTER_FLAG_TSYNC = 1;
export const SECCOMP_FILTER_FLAG_LOG = 2;
export const SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
export const SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
/** A thread that cannot join is an error instead of its number; since Linux 5.7. */
export const SECCOMP_FILTER_FLAG_TSYNC_ESRCH = 16;
/** Since Linux 5.19. */
export const SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 32;

/** Requests to a listener (seccomp_unotify(2)), and flags of what goes with them. */
export const SECCOMP_IOCTL_NOTIF_RECV = 0xc0502100;
export const SECCOMP_IOCTL_NOTIF_SEND = 0xc0182101;
export const SECCOMP_IOCTL_NOTIF_ID_VALID = 0x40082102;
export const SECCOMP_IOCTL_NOTIF_ADDFD = 0x40182103;
/** Since Linux 6.6. */
export const SECCOMP_IOCTL_NOTIF_SET_FLAGS = 0x40082104;
export const SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP = 1;
export const SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1;
/** Since Linux 5.14. */
export const SECCOMP_ADDFD_FLAG_SETFD = 1;
export const SECCOMP_ADDFD_FLAG_SEND = 2;

export const SECCOMP_RET_KILL_PROCESS = 0x80000000;
export const SECCOMP_RET_KILL_THREAD = 0;
export const SECCOMP_RET_LOG = 0x7ffc0000;
export const SECCOMP_RET_TRAP = 0x00030000;
/** An error number is added to it. */
export const SECCOMP_RET_ERRNO = 0x00050000;
export const SECCOMP_RET_USER_NOTIF = 0x7fc00000;
export const SECCOMP_RET_ALLOW = 0x7fff0000;

/**
 * `struct seccomp_notif`: its size in bytes, and offsets. `id` and the six arguments are u64, the thread's id u32, the
 * number of the call i32.
 */
export const SeccompNotification = { size: 80, id: 0, pid: 8, call: 16, arguments: 32 } as const;
/** `struct seccomp_notif_resp`: u64 id, i64 value, i32 error (a negative errno), u32 flags. */
export const SeccompAddition = {
  size: 24,
  id: 0,
  flags: 8,
  ours: 12,
  number: 16,
  descriptorFlags: 20,
} as const;
/** Offsets in `struct seccomp_notif_resp`. */
export const SeccompAnswer = { size: 24, id: 0, value: 8, error: 16, flags: 20 } as const;

export const AUDIT_ARCH_X86_64 = 0xc000003e;
export const AUDIT_ARCH_AARCH64 = 0xc00000b7;

/** Parts of the codes of classic BPF (uapi/linux/bpf_common.h), and the longest program, in instructions. */
export const BPF_LD = 0x00;
export const BPF_LDX = 0x01;
export const BPF_ALU = 0x04;
export const BPF_JMP = 0x05;
export const BPF_RET = 0x06;
export const BPF_W = 0x00;
export const BPF_B = 0x10;
export const BPF_ABS = 0x20;
export const BPF_IND = 0x40;
export const BPF_MSH = 0xa0;
export const BPF_AND = 0x50;
export const BPF_JA = 0x00;
export const BPF_JEQ = 0x10;
export const BPF_JGT = 0x20;
export const BPF_JGE = 0x30;
export const BPF_JSET = 0x40;
export const BPF_K = 0x00;
export const BPF_MAXINSNS = 4096;
