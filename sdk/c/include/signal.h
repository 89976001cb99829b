/*
 * signal.h: the signals that a program raises in itself. No other process can send one: there is no kill.
 */
#ifndef CLOUDABI_SIGNAL_H
#define CLOUDABI_SIGNAL_H

#ifdef __wasi__
#ifndef _WASI_EMULATED_SIGNAL
#define _WASI_EMULATED_SIGNAL
#endif
#include <__typedef_sigset_t.h>
#define __NEED_pthread_t
#define __NEED_pthread_attr_t
#include <bits/alltypes.h>
#include <time.h>
#endif
#include_next <signal.h>

#ifdef __wasi__
#ifdef __cplusplus
extern "C" {
#endif

/* 0 or 1, or -1 with EINVAL for a number that is no signal. */
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int signal);
int sigdelset(sigset_t *set, int signal);
int sigismember(const sigset_t *set, int signal);

#ifdef __cplusplus
}
#endif
#endif

#endif
