// The calls as the module imports them, all numbers: for paths with a NUL or bytes that are not UTF-8, for
// addresses outside memory and for counts that no array has.
#pragma once
#include <stdint.h>

#define RAW(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) extern int32_t raw_##name

RAW(args_get)(uint32_t pointers, uint32_t bytes);
RAW(args_sizes_get)(uint32_t count, uint32_t size);
RAW(clock_time_get)(uint32_t id, uint64_t precision, uint32_t out);
RAW(environ_sizes_get)(uint32_t count, uint32_t size);
RAW(fd_fdstat_get)(uint32_t fd, uint32_t out);
RAW(fd_filestat_get)(uint32_t fd, uint32_t out);
RAW(fd_filestat_set_times)(uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags);
RAW(fd_advise)(uint32_t fd, uint64_t offset, uint64_t length, uint32_t advice);
RAW(fd_fdstat_set_flags)(uint32_t fd, uint32_t flags);
RAW(fd_prestat_dir_name)(uint32_t fd, uint32_t path, uint32_t length);
RAW(fd_prestat_get)(uint32_t fd, uint32_t out);
RAW(fd_read)(uint32_t fd, uint32_t iovs, uint32_t count, uint32_t out);
RAW(fd_readdir)(uint32_t fd, uint32_t buffer, uint32_t length, uint64_t cookie, uint32_t out);
RAW(fd_seek)(uint32_t fd, int64_t offset, uint32_t whence, uint32_t out);
RAW(fd_write)(uint32_t fd, uint32_t iovs, uint32_t count, uint32_t out);
RAW(path_create_directory)(uint32_t fd, uint32_t path, uint32_t length);
RAW(path_filestat_get)(uint32_t fd, uint32_t flags, uint32_t path, uint32_t length, uint32_t out);
RAW(path_filestat_set_times)(uint32_t fd, uint32_t lookup, uint32_t path, uint32_t length, uint64_t atim,
                             uint64_t mtim, uint32_t flags);
RAW(path_link)(uint32_t old_fd, uint32_t flags, uint32_t old, uint32_t old_length, uint32_t new_fd,
               uint32_t new_path, uint32_t new_length);
RAW(path_open)(uint32_t fd, uint32_t lookup, uint32_t path, uint32_t length, uint32_t oflags, uint64_t base,
               uint64_t inheriting, uint32_t flags, uint32_t out);
RAW(path_readlink)(uint32_t fd, uint32_t path, uint32_t length, uint32_t buffer, uint32_t size, uint32_t out);
RAW(path_remove_directory)(uint32_t fd, uint32_t path, uint32_t length);
RAW(path_rename)(uint32_t fd, uint32_t from, uint32_t from_length, uint32_t to_fd, uint32_t to,
                 uint32_t to_length);
RAW(path_symlink)(uint32_t target, uint32_t target_length, uint32_t fd, uint32_t path, uint32_t length);
RAW(path_unlink_file)(uint32_t fd, uint32_t path, uint32_t length);
RAW(poll_oneoff)(uint32_t in, uint32_t out, uint32_t count, uint32_t events);
RAW(random_get)(uint32_t buffer, uint32_t length);

#define ADDRESS(pointer) ((uint32_t)(uintptr_t)(pointer))
