/**
 * The flags of clone(2) with which the C library's pthread_create starts a thread of this process: it shares memory,
 * descriptors, the file system's state and signal handlers. Forks have none of them.
 */
export const THREAD_FLAGS = 0x3d0f00;
