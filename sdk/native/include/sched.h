/* sched.h: lets other threads go first. */
#ifndef CLOUDABI_SCHED_H
#define CLOUDABI_SCHED_H

int sched_yield(void);

#endif
