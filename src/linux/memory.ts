/* Flags of mmap(2) and mprotect(2) (uapi/asm-generic/mman-common.h), and of memfd_create(2) (uapi/linux/memfd.h). */

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const PROT_EXEC = 4;

/** Also a bit of MAP_SHARED_VALIDATE. */
export const MAP_SHARED = 0x01;
export const MAP_PRIVATE = 0x02;
export const MAP_FIXED = 0x10;
export const MAP_ANONYMOUS = 0x20;
export const MAP_FIXED_NOREPLACE = 0x100000;

/** Advice of madvise(2) that changes no contents. */
export const MADV_NORMAL = 0;
export const MADV_RANDOM = 1;
export const MADV_SEQUENTIAL = 2;
export const MADV_WILLNEED = 3;
export const MADV_DONTFORK = 10;

/** Flags of msync(2). */
export const MS_ASYNC = 1;
export const MS_INVALIDATE = 2;
export const MS_SYNC = 4;

export const MFD_CLOEXEC = 0x01;
export const MFD_ALLOW_SEALING = 0x02;
/** No execute permission, and none can be given; since Linux 6.3. */
export const MFD_NOEXEC_SEAL = 0x08;
/** Since Linux 6.3; older kernels make every memory file executable and do not know the flag. */
export const MFD_EXEC = 0x10;
