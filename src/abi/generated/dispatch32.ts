// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.
// Calls of wasm32 programs on their way to the implementation: see docs/abi.md, "Calls from WebAssembly".

import { accepts, type CallMemory, checkPlace, checkRange } from '../dispatch.ts';
import type { CallName, Calls } from './calls.ts';
import { Errno } from './constants.ts';

const known_clockid = accepts([1, 2, 3, 4]);
const known_scope = accepts([4, 8]);
const known_filetype_shared_memory = accepts([112]);
const known_filetype_socket_dgram_socket_stream = accepts([128, 130]);
const known_whence = accepts([1, 2, 3]);
const known_advice = accepts([1, 2, 3, 4, 5, 6]);
const known_filetype_directory = accepts([32]);
const known_signal = accepts([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26]);

/**
 * The functions that a wasm32 program imports, by name.
 *
 * @param misuse Ends the program: a call that does not return was given an argument that no call accepts.
 */
export function dispatch32(
  memory: CallMemory,
  calls: Calls,
  misuse: () => never,
): Record<CallName, (...words: never[]) => number> {
  const clock_res_get_results = { resolution: 0n };
  const clock_time_get_results = { time: 0n };
  const fd_create1_results = { fd: 0 };
  const fd_create2_results = { fd1: 0, fd2: 0 };
  const fd_dup_results = { fd: 0 };
  const fd_pread_results = { nread: 0 };
  const fd_pwrite_results = { nwritten: 0 };
  const fd_read_results = { nread: 0 };
  const fd_seek_results = { newoffset: 0n };
  const fd_write_results = { nwritten: 0 };
  const file_open_results = { fd: 0 };
  const file_readdir_results = { bufused: 0 };
  const file_readlink_results = { bufused: 0 };
  const mem_map_results = { mem: 0 };
  const poll_results = { nevents: 0 };
  const proc_fork_results = { fd: 0, tid: 0 };
  const thread_create_results = { tid: 0 };
  return {
    clock_res_get(clock_id: number, resolution_at: number): number {
      let error: Errno;
      if (known_clockid[clock_id >>> 0] !== 1) return Errno.inval;
      if ((error = checkPlace(memory, resolution_at >>> 0, 8, 8)) !== Errno.success) return error;
      const outcome = calls.clock_res_get(clock_id >>> 0, clock_res_get_results);
      if (outcome !== Errno.success) return outcome;
      memory.setLong(resolution_at >>> 0, clock_res_get_results.resolution);
      return Errno.success;
    },
    clock_time_get(clock_id: number, precision: bigint, time_at: number): number {
      let error: Errno;
      if (known_clockid[clock_id >>> 0] !== 1) return Errno.inval;
      if ((error = checkPlace(memory, time_at >>> 0, 8, 8)) !== Errno.success) return error;
      const outcome = calls.clock_time_get(clock_id >>> 0, BigInt.asUintN(64, precision), clock_time_get_results);
      if (outcome !== Errno.success) return outcome;
      memory.setLong(time_at >>> 0, clock_time_get_results.time);
      return Errno.success;
    },
    condvar_signal(condvar: number, scope: number, nwaiters: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, condvar >>> 0, 4, 4)) !== Errno.success) return error;
      if (known_scope[scope >>> 0] !== 1) return Errno.inval;
      return calls.condvar_signal(condvar >>> 0, scope >>> 0, nwaiters >>> 0);
    },
    fd_close(fd: number): number {
      return calls.fd_close(fd >>> 0);
    },
    fd_create1(type: number, fd_at: number): number {
      let error: Errno;
      if (known_filetype_shared_memory[type >>> 0] !== 1) return Errno.inval;
      if ((error = checkPlace(memory, fd_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.fd_create1(type >>> 0, fd_create1_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(fd_at >>> 0, fd_create1_results.fd, true);
      return Errno.success;
    },
    fd_create2(type: number, fd1_at: number, fd2_at: number): number {
      let error: Errno;
      if (known_filetype_socket_dgram_socket_stream[type >>> 0] !== 1) return Errno.inval;
      if ((error = checkPlace(memory, fd1_at >>> 0, 4, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, fd2_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.fd_create2(type >>> 0, fd_create2_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(fd1_at >>> 0, fd_create2_results.fd1, true);
      memory.view.setUint32(fd2_at >>> 0, fd_create2_results.fd2, true);
      return Errno.success;
    },
    fd_datasync(fd: number): number {
      return calls.fd_datasync(fd >>> 0);
    },
    fd_dup(from: number, fd_at: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, fd_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.fd_dup(from >>> 0, fd_dup_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(fd_at >>> 0, fd_dup_results.fd, true);
      return Errno.success;
    },
    fd_pread(fd: number, iovs: number, iovs_len: number, offset: bigint, nread_at: number): number {
      let error: Errno;
      if ((error = checkRange(memory, iovs >>> 0, iovs_len >>> 0, 8, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, nread_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.fd_pread(fd >>> 0, iovs >>> 0, iovs_len >>> 0, BigInt.asUintN(64, offset), fd_pread_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(nread_at >>> 0, fd_pread_results.nread, true);
      return Errno.success;
    },
    fd_pwrite(fd: number, iovs: number, iovs_len: number, offset: bigint, nwritten_at: number): number {
      let error: Errno;
      if ((error = checkRange(memory, iovs >>> 0, iovs_len >>> 0, 8, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, nwritten_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.fd_pwrite(fd >>> 0, iovs >>> 0, iovs_len >>> 0, BigInt.asUintN(64, offset), fd_pwrite_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(nwritten_at >>> 0, fd_pwrite_results.nwritten, true);
      return Errno.success;
    },
    fd_read(fd: number, iovs: number, iovs_len: number, nread_at: number): number {
      let error: Errno;
      if ((error = checkRange(memory, iovs >>> 0, iovs_len >>> 0, 8, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, nread_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.fd_read(fd >>> 0, iovs >>> 0, iovs_len >>> 0, fd_read_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(nread_at >>> 0, fd_read_results.nread, true);
      return Errno.success;
    },
    fd_replace(from: number, to: number): number {
      return calls.fd_replace(from >>> 0, to >>> 0);
    },
    fd_seek(fd: number, offset: bigint, whence: number, newoffset_at: number): number {
      let error: Errno;
      if (known_whence[whence >>> 0] !== 1) return Errno.inval;
      if ((error = checkPlace(memory, newoffset_at >>> 0, 8, 8)) !== Errno.success) return error;
      const outcome = calls.fd_seek(fd >>> 0, offset, whence >>> 0, fd_seek_results);
      if (outcome !== Errno.success) return outcome;
      memory.setLong(newoffset_at >>> 0, fd_seek_results.newoffset);
      return Errno.success;
    },
    fd_stat_get(fd: number, buf: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, buf >>> 0, 24, 8)) !== Errno.success) return error;
      return calls.fd_stat_get(fd >>> 0, buf >>> 0);
    },
    fd_stat_put(fd: number, buf: number, flags: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, buf >>> 0, 24, 8)) !== Errno.success) return error;
      if ((flags & ~3) !== 0) return Errno.inval;
      return calls.fd_stat_put(fd >>> 0, buf >>> 0, flags >>> 0);
    },
    fd_sync(fd: number): number {
      return calls.fd_sync(fd >>> 0);
    },
    fd_write(fd: number, iovs: number, iovs_len: number, nwritten_at: number): number {
      let error: Errno;
      if ((error = checkRange(memory, iovs >>> 0, iovs_len >>> 0, 8, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, nwritten_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.fd_write(fd >>> 0, iovs >>> 0, iovs_len >>> 0, fd_write_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(nwritten_at >>> 0, fd_write_results.nwritten, true);
      return Errno.success;
    },
    file_advise(fd: number, offset: bigint, len: bigint, advice: number): number {
      if (known_advice[advice >>> 0] !== 1) return Errno.inval;
      return calls.file_advise(fd >>> 0, BigInt.asUintN(64, offset), BigInt.asUintN(64, len), advice >>> 0);
    },
    file_allocate(fd: number, offset: bigint, len: bigint): number {
      return calls.file_allocate(fd >>> 0, BigInt.asUintN(64, offset), BigInt.asUintN(64, len));
    },
    file_create(fd: number, path: number, path_len: number, type: number): number {
      let error: Errno;
      if ((error = checkRange(memory, path >>> 0, path_len >>> 0, 1, 1)) !== Errno.success) return error;
      if (known_filetype_directory[type >>> 0] !== 1) return Errno.inval;
      return calls.file_create(fd >>> 0, path >>> 0, path_len >>> 0, type >>> 0);
    },
    file_link(fd1_fd: number, fd1_flags: number, path1: number, path1_len: number, fd2: number, path2: number, path2_len: number): number {
      let error: Errno;
      if ((fd1_flags & ~1) !== 0) return Errno.inval;
      if ((error = checkRange(memory, path1 >>> 0, path1_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkRange(memory, path2 >>> 0, path2_len >>> 0, 1, 1)) !== Errno.success) return error;
      return calls.file_link(fd1_fd >>> 0, fd1_flags >>> 0, path1 >>> 0, path1_len >>> 0, fd2 >>> 0, path2 >>> 0, path2_len >>> 0);
    },
    file_open(dirfd_fd: number, dirfd_flags: number, path: number, path_len: number, oflags: number, fds: number, fd_at: number): number {
      let error: Errno;
      if ((dirfd_flags & ~1) !== 0) return Errno.inval;
      if ((error = checkRange(memory, path >>> 0, path_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((oflags & ~15) !== 0) return Errno.inval;
      if ((error = checkPlace(memory, fds >>> 0, 24, 8)) !== Errno.success) return error;
      if ((error = checkPlace(memory, fd_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.file_open(dirfd_fd >>> 0, dirfd_flags >>> 0, path >>> 0, path_len >>> 0, oflags >>> 0, fds >>> 0, file_open_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(fd_at >>> 0, file_open_results.fd, true);
      return Errno.success;
    },
    file_readdir(fd: number, buf: number, buf_len: number, cookie: bigint, bufused_at: number): number {
      let error: Errno;
      if ((error = checkRange(memory, buf >>> 0, buf_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkPlace(memory, bufused_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.file_readdir(fd >>> 0, buf >>> 0, buf_len >>> 0, BigInt.asUintN(64, cookie), file_readdir_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(bufused_at >>> 0, file_readdir_results.bufused, true);
      return Errno.success;
    },
    file_readlink(fd: number, path: number, path_len: number, buf: number, buf_len: number, bufused_at: number): number {
      let error: Errno;
      if ((error = checkRange(memory, path >>> 0, path_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkRange(memory, buf >>> 0, buf_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkPlace(memory, bufused_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.file_readlink(fd >>> 0, path >>> 0, path_len >>> 0, buf >>> 0, buf_len >>> 0, file_readlink_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(bufused_at >>> 0, file_readlink_results.bufused, true);
      return Errno.success;
    },
    file_rename(fd1: number, path1: number, path1_len: number, fd2: number, path2: number, path2_len: number): number {
      let error: Errno;
      if ((error = checkRange(memory, path1 >>> 0, path1_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkRange(memory, path2 >>> 0, path2_len >>> 0, 1, 1)) !== Errno.success) return error;
      return calls.file_rename(fd1 >>> 0, path1 >>> 0, path1_len >>> 0, fd2 >>> 0, path2 >>> 0, path2_len >>> 0);
    },
    file_stat_fget(fd: number, buf: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, buf >>> 0, 56, 8)) !== Errno.success) return error;
      return calls.file_stat_fget(fd >>> 0, buf >>> 0);
    },
    file_stat_fput(fd: number, buf: number, flags: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, buf >>> 0, 56, 8)) !== Errno.success) return error;
      if ((flags & ~31) !== 0) return Errno.inval;
      return calls.file_stat_fput(fd >>> 0, buf >>> 0, flags >>> 0);
    },
    file_stat_get(fd_fd: number, fd_flags: number, path: number, path_len: number, buf: number): number {
      let error: Errno;
      if ((fd_flags & ~1) !== 0) return Errno.inval;
      if ((error = checkRange(memory, path >>> 0, path_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkPlace(memory, buf >>> 0, 56, 8)) !== Errno.success) return error;
      return calls.file_stat_get(fd_fd >>> 0, fd_flags >>> 0, path >>> 0, path_len >>> 0, buf >>> 0);
    },
    file_stat_put(fd_fd: number, fd_flags: number, path: number, path_len: number, buf: number, flags: number): number {
      let error: Errno;
      if ((fd_flags & ~1) !== 0) return Errno.inval;
      if ((error = checkRange(memory, path >>> 0, path_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkPlace(memory, buf >>> 0, 56, 8)) !== Errno.success) return error;
      if ((flags & ~31) !== 0) return Errno.inval;
      return calls.file_stat_put(fd_fd >>> 0, fd_flags >>> 0, path >>> 0, path_len >>> 0, buf >>> 0, flags >>> 0);
    },
    file_symlink(path1: number, path1_len: number, fd: number, path2: number, path2_len: number): number {
      let error: Errno;
      if ((error = checkRange(memory, path1 >>> 0, path1_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkRange(memory, path2 >>> 0, path2_len >>> 0, 1, 1)) !== Errno.success) return error;
      return calls.file_symlink(path1 >>> 0, path1_len >>> 0, fd >>> 0, path2 >>> 0, path2_len >>> 0);
    },
    file_unlink(fd: number, path: number, path_len: number, flags: number): number {
      let error: Errno;
      if ((error = checkRange(memory, path >>> 0, path_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((flags & ~1) !== 0) return Errno.inval;
      return calls.file_unlink(fd >>> 0, path >>> 0, path_len >>> 0, flags >>> 0);
    },
    lock_unlock(lock: number, scope: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, lock >>> 0, 4, 4)) !== Errno.success) return error;
      if (known_scope[scope >>> 0] !== 1) return Errno.inval;
      return calls.lock_unlock(lock >>> 0, scope >>> 0);
    },
    mem_advise(mapping: number, mapping_len: number, advice: number): number {
      let error: Errno;
      if ((error = checkRange(memory, mapping >>> 0, mapping_len >>> 0, 1, 1)) !== Errno.success) return error;
      if (known_advice[advice >>> 0] !== 1) return Errno.inval;
      return calls.mem_advise(mapping >>> 0, mapping_len >>> 0, advice >>> 0);
    },
    mem_map(addr: number, len: number, prot: number, flags: number, fd: number, off: bigint, mem_at: number): number {
      let error: Errno;
      if ((prot & ~7) !== 0) return Errno.inval;
      if ((flags & ~15) !== 0) return Errno.inval;
      if ((error = checkPlace(memory, mem_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.mem_map(addr >>> 0, len >>> 0, prot >>> 0, flags >>> 0, fd >>> 0, BigInt.asUintN(64, off), mem_map_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(mem_at >>> 0, mem_map_results.mem, true);
      return Errno.success;
    },
    mem_protect(mapping: number, mapping_len: number, prot: number): number {
      let error: Errno;
      if ((error = checkRange(memory, mapping >>> 0, mapping_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((prot & ~7) !== 0) return Errno.inval;
      return calls.mem_protect(mapping >>> 0, mapping_len >>> 0, prot >>> 0);
    },
    mem_sync(mapping: number, mapping_len: number, flags: number): number {
      let error: Errno;
      if ((error = checkRange(memory, mapping >>> 0, mapping_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((flags & ~7) !== 0) return Errno.inval;
      return calls.mem_sync(mapping >>> 0, mapping_len >>> 0, flags >>> 0);
    },
    mem_unmap(mapping: number, mapping_len: number): number {
      let error: Errno;
      if ((error = checkRange(memory, mapping >>> 0, mapping_len >>> 0, 1, 1)) !== Errno.success) return error;
      return calls.mem_unmap(mapping >>> 0, mapping_len >>> 0);
    },
    poll(in_: number, out: number, nsubscriptions: number, nevents_at: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, in_ >>> 0, 56, 8)) !== Errno.success) return error;
      if ((error = checkPlace(memory, out >>> 0, 32, 8)) !== Errno.success) return error;
      if ((error = checkPlace(memory, nevents_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.poll(in_ >>> 0, out >>> 0, nsubscriptions >>> 0, poll_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(nevents_at >>> 0, poll_results.nevents, true);
      return Errno.success;
    },
    proc_exec(fd: number, data: number, data_len: number, fds: number, fds_len: number): number {
      let error: Errno;
      if ((error = checkRange(memory, data >>> 0, data_len >>> 0, 1, 1)) !== Errno.success) return error;
      if ((error = checkRange(memory, fds >>> 0, fds_len >>> 0, 4, 4)) !== Errno.success) return error;
      return calls.proc_exec(fd >>> 0, data >>> 0, data_len >>> 0, fds >>> 0, fds_len >>> 0);
    },
    proc_exit(rval: number): number {
      return calls.proc_exit(rval >>> 0);
    },
    proc_fork(fd_at: number, tid_at: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, fd_at >>> 0, 4, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, tid_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.proc_fork(proc_fork_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(fd_at >>> 0, proc_fork_results.fd, true);
      memory.view.setUint32(tid_at >>> 0, proc_fork_results.tid, true);
      return Errno.success;
    },
    proc_raise(sig: number): number {
      if (known_signal[sig >>> 0] !== 1) return Errno.inval;
      return calls.proc_raise(sig >>> 0);
    },
    random_get(buf: number, buf_len: number): number {
      let error: Errno;
      if ((error = checkRange(memory, buf >>> 0, buf_len >>> 0, 1, 1)) !== Errno.success) return error;
      return calls.random_get(buf >>> 0, buf_len >>> 0);
    },
    sock_recv(sock: number, in_: number, out: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, in_ >>> 0, 20, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, out >>> 0, 52, 4)) !== Errno.success) return error;
      return calls.sock_recv(sock >>> 0, in_ >>> 0, out >>> 0);
    },
    sock_send(sock: number, in_: number, out: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, in_ >>> 0, 20, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, out >>> 0, 4, 4)) !== Errno.success) return error;
      return calls.sock_send(sock >>> 0, in_ >>> 0, out >>> 0);
    },
    sock_shutdown(sock: number, how: number): number {
      if ((how & ~3) !== 0) return Errno.inval;
      return calls.sock_shutdown(sock >>> 0, how >>> 0);
    },
    thread_create(attr: number, tid_at: number): number {
      let error: Errno;
      if ((error = checkPlace(memory, attr >>> 0, 16, 4)) !== Errno.success) return error;
      if ((error = checkPlace(memory, tid_at >>> 0, 4, 4)) !== Errno.success) return error;
      const outcome = calls.thread_create(attr >>> 0, thread_create_results);
      if (outcome !== Errno.success) return outcome;
      memory.view.setUint32(tid_at >>> 0, thread_create_results.tid, true);
      return Errno.success;
    },
    thread_exit(lock: number, scope: number): number {
      if (checkPlace(memory, lock >>> 0, 4, 4) !== Errno.success) return misuse();
      if (known_scope[scope >>> 0] !== 1) return misuse();
      return calls.thread_exit(lock >>> 0, scope >>> 0);
    },
    thread_yield(): number {
      return calls.thread_yield();
    },
  };
}
