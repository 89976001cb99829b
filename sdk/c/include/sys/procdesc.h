/*
 * sys/procdesc.h: processes that are controlled through a descriptor, after FreeBSD's.
 *
 * A process descriptor is a socket to the launcher (`!process` in documents). Its process ends when the last copy is closed,
 * unless it was granted as a daemon. poll() finds it readable (POLLIN) when the process has ended. A program that passes it on
 * passes the control on.
 */
#ifndef CLOUDABI_SYS_PROCDESC_H
#define CLOUDABI_SYS_PROCDESC_H

#include <stdint.h>

/* The kinds of ends. */
#define PD_EXITED 0
#define PD_SIGNALED 1
#define PD_ENDED 2

/* The end of a process. */
struct procdesc_end {
  /* One of the kinds above. */
  uint32_t kind;
  /* The status of one that has exited, or the number of the signal on the host. */
  uint32_t value;
  /* The name of the signal, such as "SIGTERM", or the reason, such as "killed" or "limit wall_clock". */
  char reason[249];
};

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Sends a process a signal: SIGHUP, SIGINT, SIGQUIT, SIGKILL, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT or SIGWINCH.
 * SIGKILL ends all that it has started, too.
 *
 * Returns 0, or -1 with errno: EINVAL for other signals, EPIPE when it has ended, and the errors of send().
 */
int pdkill(int fd, int signum);

/*
 * Waits for the end of a process. Every holder of the descriptor learns it, and can ask again.
 *
 * Returns 0, or -1 with errno: EPIPE when the launcher has gone, and the process with it, EBADMSG for a descriptor of
 * something else, and the errors of recvmsg().
 */
int pdwait(int fd, struct procdesc_end *end);

#ifdef __cplusplus
}
#endif

#endif
