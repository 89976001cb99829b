/* musl's record of the running thread, which holds its errno and its locale (system.c). The thread register is the system's. */
#include <stdint.h>

uintptr_t cloudabi_thread_record(void);

static inline uintptr_t __get_tp(void) { return cloudabi_thread_record(); }
#define MC_PC gregs[REG_RIP]
