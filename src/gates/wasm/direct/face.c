/* The other half of kernel.c, over the program's memory: looks at the arguments of a call, as far as it is plain, and
 * stores its result. Compiled to the module `face` of code.ts. There is one instance for each of CloudABI's calls and
 * the two generations of WASI preview 1; a number that one of them refuses, this leaves to TypeScript for all.
 */

typedef unsigned int u32;
typedef long long s64;
typedef unsigned long long u64;

#define IMPORT(module, name) __attribute__((import_module(module), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("kernel", "transfer") s64 transfer(u32 call, u32 fd, u32 buffer, u32 length, s64 offset, u32 pages);
IMPORT("kernel", "seek") s64 seek(u32 fd, s64 offset, u32 whence);
IMPORT("kernel", "clock") s64 clock(u32 clock);

/* The same calls in TypeScript. */
IMPORT("slow", "fd_read") u32 slow_read(u32 fd, u32 vectors, u32 count, u32 result);
IMPORT("slow", "fd_write") u32 slow_write(u32 fd, u32 vectors, u32 count, u32 result);
IMPORT("slow", "fd_pread") u32 slow_pread(u32 fd, u32 vectors, u32 count, s64 offset, u32 result);
IMPORT("slow", "fd_pwrite") u32 slow_pwrite(u32 fd, u32 vectors, u32 count, s64 offset, u32 result);
IMPORT("slow", "fd_seek") u32 slow_seek(u32 fd, s64 offset, u32 whence, u32 result);
IMPORT("slow", "clock_time_get") u32 slow_clock(u32 id, s64 precision, u32 result);

#define NOT_HERE ((s64)1 << 63)
enum { READ, WRITE, PREAD, PWRITE };

/* True if a place for a result is aligned and lies in the program's memory, not at its begin. */
static int is_place(u32 at, u32 size, u64 end) {
  return at != 0 && (at & (size - 1)) == 0 && (u64)at + size <= end;
}

/* A transfer from or to one buffer; NOT_HERE if it is not so plain. */
static s64 try(u32 call, u32 fd, u32 vectors, u32 count, s64 offset, u32 result) {
  u32 pages = __builtin_wasm_memory_size(0);
  u64 end = (u64)pages << 16;
  if (count != 1 || !is_place(vectors, 4, end) || (u64)vectors + 8 > end || !is_place(result, 4, end))
    return NOT_HERE;
  /* No other thread has this memory: what is checked is what is used. */
  u32 buffer = ((const u32 *)vectors)[0], length = ((const u32 *)vectors)[1];
  if (buffer == 0 || length == 0 || (u64)buffer + length > end)
    return NOT_HERE;
  return transfer(call, fd, buffer, length, offset, pages);
}

/* Stores a result, and turns it into the answer to the program. */
static u32 answer(s64 done, u32 result) {
  if (done < 0)
    return (u32)-done;
  *(u32 *)result = (u32)done;
  return 0;
}

EXPORT("fd_read") u32 fd_read(u32 fd, u32 vectors, u32 count, u32 result) {
  s64 done = try(READ, fd, vectors, count, 0, result);
  return done == NOT_HERE ? slow_read(fd, vectors, count, result) : answer(done, result);
}

EXPORT("fd_write") u32 fd_write(u32 fd, u32 vectors, u32 count, u32 result) {
  s64 done = try(WRITE, fd, vectors, count, 0, result);
  return done == NOT_HERE ? slow_write(fd, vectors, count, result) : answer(done, result);
}

EXPORT("fd_pread") u32 fd_pread(u32 fd, u32 vectors, u32 count, s64 offset, u32 result) {
  s64 done = try(PREAD, fd, vectors, count, offset, result);
  return done == NOT_HERE ? slow_pread(fd, vectors, count, offset, result) : answer(done, result);
}

EXPORT("fd_pwrite") u32 fd_pwrite(u32 fd, u32 vectors, u32 count, s64 offset, u32 result) {
  s64 done = try(PWRITE, fd, vectors, count, offset, result);
  return done == NOT_HERE ? slow_pwrite(fd, vectors, count, offset, result) : answer(done, result);
}

EXPORT("fd_seek") u32 fd_seek(u32 fd, s64 offset, u32 whence, u32 result) {
  s64 place = NOT_HERE;
  if (is_place(result, 8, (u64)__builtin_wasm_memory_size(0) << 16))
    place = seek(fd, offset, whence);
  if (place == NOT_HERE)
    return slow_seek(fd, offset, whence, result);
  if (place < 0)
    return (u32)-place;
  *(s64 *)result = place;
  return 0;
}

EXPORT("clock_time_get") u32 clock_time_get(u32 id, s64 precision, u32 result) {
  s64 time = NOT_HERE;
  if (is_place(result, 8, (u64)__builtin_wasm_memory_size(0) << 16))
    time = clock(id);
  if (time == NOT_HERE)
    return slow_clock(id, precision, result);
  *(s64 *)result = time;
  return 0;
}
