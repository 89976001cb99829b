// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.

import type { Call } from '../call.ts';
import type { Errno } from './constants.ts';

/** The name of a call. */
export type CallName =
  | 'clock_res_get'
  | 'clock_time_get'
  | 'condvar_signal'
  | 'fd_close'
  | 'fd_create1'
  | 'fd_create2'
  | 'fd_datasync'
  | 'fd_dup'
  | 'fd_pread'
  | 'fd_pwrite'
  | 'fd_read'
  | 'fd_replace'
  | 'fd_seek'
  | 'fd_stat_get'
  | 'fd_stat_put'
  | 'fd_sync'
  | 'fd_write'
  | 'file_advise'
  | 'file_allocate'
  | 'file_create'
  | 'file_link'
  | 'file_open'
  | 'file_readdir'
  | 'file_readlink'
  | 'file_rename'
  | 'file_stat_fget'
  | 'file_stat_fput'
  | 'file_stat_get'
  | 'file_stat_put'
  | 'file_symlink'
  | 'file_unlink'
  | 'lock_unlock'
  | 'mem_advise'
  | 'mem_map'
  | 'mem_protect'
  | 'mem_sync'
  | 'mem_unmap'
  | 'poll'
  | 'proc_exec'
  | 'proc_exit'
  | 'proc_fork'
  | 'proc_raise'
  | 'random_get'
  | 'sock_recv'
  | 'sock_send'
  | 'sock_shutdown'
  | 'thread_create'
  | 'thread_exit'
  | 'thread_yield';

/** All calls, sorted by name; the index of a call is its number. */
export const calls: readonly (Call & { readonly name: CallName })[] = [
  {
    name: 'clock_res_get',
    returns: true,
    inputs: [{ name: 'clock_id', type: 'clockid', words: [{ name: 'clock_id', word: 'u32' }] }],
    outputs: [{ name: 'resolution', type: 'timestamp', words: [{ name: 'resolution', word: 'u64' }] }],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'clock_time_get',
    returns: true,
    inputs: [
      { name: 'clock_id', type: 'clockid', words: [{ name: 'clock_id', word: 'u32' }] },
      { name: 'precision', type: 'timestamp', words: [{ name: 'precision', word: 'u64' }] },
    ],
    outputs: [{ name: 'time', type: 'timestamp', words: [{ name: 'time', word: 'u64' }] }],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'condvar_signal',
    returns: true,
    inputs: [
      { name: 'condvar', type: '&atomic condvar', words: [{ name: 'condvar', word: 'address' }] },
      { name: 'scope', type: 'scope', words: [{ name: 'scope', word: 'u8' }] },
      { name: 'nwaiters', type: 'nthreads', words: [{ name: 'nwaiters', word: 'u32' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_close',
    returns: true,
    inputs: [{ name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] }],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_create1',
    returns: true,
    inputs: [
      {
        name: 'type',
        type: 'filetype',
        words: [{ name: 'type', word: 'u8' }],
        only: ['shared_memory'],
      },
    ],
    outputs: [{ name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] }],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_create2',
    returns: true,
    inputs: [
      {
        name: 'type',
        type: 'filetype',
        words: [{ name: 'type', word: 'u8' }],
        only: ['socket_dgram', 'socket_stream'],
      },
    ],
    outputs: [
      { name: 'fd1', type: 'fd', words: [{ name: 'fd1', word: 'u32' }] },
      { name: 'fd2', type: 'fd', words: [{ name: 'fd2', word: 'u32' }] },
    ],
    needs: [],
    bounds: [],
    failures: ['mfile'],
  },
  {
    name: 'fd_datasync',
    returns: true,
    inputs: [{ name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] }],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['fd_datasync'] }],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_dup',
    returns: true,
    inputs: [{ name: 'from', type: 'fd', words: [{ name: 'from', word: 'u32' }] }],
    outputs: [{ name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] }],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_pread',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'iovs',
        type: '[iovec]',
        words: [{ name: 'iovs', word: 'address' }, { name: 'iovs_len', word: 'size' }],
      },
      { name: 'offset', type: 'filesize', words: [{ name: 'offset', word: 'u64' }] },
    ],
    outputs: [{ name: 'nread', type: 'size', words: [{ name: 'nread', word: 'size' }] }],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['fd_read', 'fd_seek'] }],
    bounds: [],
    failures: ['spipe'],
  },
  {
    name: 'fd_pwrite',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'iovs',
        type: '[ciovec]',
        words: [{ name: 'iovs', word: 'address' }, { name: 'iovs_len', word: 'size' }],
      },
      { name: 'offset', type: 'filesize', words: [{ name: 'offset', word: 'u64' }] },
    ],
    outputs: [{ name: 'nwritten', type: 'size', words: [{ name: 'nwritten', word: 'size' }] }],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['fd_write', 'fd_seek'] }],
    bounds: [],
    failures: ['spipe'],
  },
  {
    name: 'fd_read',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'iovs',
        type: '[iovec]',
        words: [{ name: 'iovs', word: 'address' }, { name: 'iovs_len', word: 'size' }],
      },
    ],
    outputs: [{ name: 'nread', type: 'size', words: [{ name: 'nread', word: 'size' }] }],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['fd_read'] }],
    bounds: [],
    failures: ['again', 'isdir'],
  },
  {
    name: 'fd_replace',
    returns: true,
    inputs: [
      { name: 'from', type: 'fd', words: [{ name: 'from', word: 'u32' }] },
      { name: 'to', type: 'fd', words: [{ name: 'to', word: 'u32' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_seek',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'offset', type: 'filedelta', words: [{ name: 'offset', word: 's64' }] },
      { name: 'whence', type: 'whence', words: [{ name: 'whence', word: 'u8' }] },
    ],
    outputs: [{ name: 'newoffset', type: 'filesize', words: [{ name: 'newoffset', word: 'u64' }] }],
    needs: [
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['fd_seek'],
        unless: [
          { subject: 'whence', test: 'is', anyOf: ['cur'] },
          { subject: 'offset', test: 'is', anyOf: ['0'] },
        ],
      },
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'any',
        rights: ['fd_tell', 'fd_seek'],
        when: [
          { subject: 'whence', test: 'is', anyOf: ['cur'] },
          { subject: 'offset', test: 'is', anyOf: ['0'] },
        ],
      },
    ],
    bounds: [],
    failures: ['inval', 'spipe'],
  },
  {
    name: 'fd_stat_get',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'buf', type: '&mut fdstat', words: [{ name: 'buf', word: 'address' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_stat_put',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'buf', type: '&fdstat', words: [{ name: 'buf', word: 'address' }] },
      { name: 'flags', type: 'fdsflags', words: [{ name: 'flags', word: 'u16' }] },
    ],
    outputs: [],
    needs: [
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['fd_stat_put_flags'],
        when: [{ subject: 'flags', test: 'has', anyOf: ['flags'] }],
      },
    ],
    bounds: [
      {
        value: 'buf.fs_rights_base',
        descriptor: 'fd',
        set: 'base',
        when: [{ subject: 'flags', test: 'has', anyOf: ['rights'] }],
      },
      {
        value: 'buf.fs_rights_inheriting',
        descriptor: 'fd',
        set: 'inheriting',
        when: [{ subject: 'flags', test: 'has', anyOf: ['rights'] }],
      },
    ],
    failures: [],
  },
  {
    name: 'fd_sync',
    returns: true,
    inputs: [{ name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] }],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['fd_sync'] }],
    bounds: [],
    failures: [],
  },
  {
    name: 'fd_write',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'iovs',
        type: '[ciovec]',
        words: [{ name: 'iovs', word: 'address' }, { name: 'iovs_len', word: 'size' }],
      },
    ],
    outputs: [{ name: 'nwritten', type: 'size', words: [{ name: 'nwritten', word: 'size' }] }],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['fd_write'] }],
    bounds: [],
    failures: ['again', 'pipe'],
  },
  {
    name: 'file_advise',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'offset', type: 'filesize', words: [{ name: 'offset', word: 'u64' }] },
      { name: 'len', type: 'filesize', words: [{ name: 'len', word: 'u64' }] },
      { name: 'advice', type: 'advice', words: [{ name: 'advice', word: 'u8' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_advise'] }],
    bounds: [],
    failures: [],
  },
  {
    name: 'file_allocate',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'offset', type: 'filesize', words: [{ name: 'offset', word: 'u64' }] },
      { name: 'len', type: 'filesize', words: [{ name: 'len', word: 'u64' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_allocate'] }],
    bounds: [],
    failures: ['inval', 'fbig'],
  },
  {
    name: 'file_create',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'path',
        type: '[char]',
        words: [{ name: 'path', word: 'address' }, { name: 'path_len', word: 'size' }],
      },
      { name: 'type', type: 'filetype', words: [{ name: 'type', word: 'u8' }], only: ['directory'] },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_create_directory'] }],
    bounds: [],
    failures: ['exist'],
  },
  {
    name: 'file_link',
    returns: true,
    inputs: [
      {
        name: 'fd1',
        type: 'lookup',
        words: [{ name: 'fd1_fd', word: 'u32' }, { name: 'fd1_flags', word: 'u32' }],
      },
      {
        name: 'path1',
        type: '[char]',
        words: [{ name: 'path1', word: 'address' }, { name: 'path1_len', word: 'size' }],
      },
      { name: 'fd2', type: 'fd', words: [{ name: 'fd2', word: 'u32' }] },
      {
        name: 'path2',
        type: '[char]',
        words: [{ name: 'path2', word: 'address' }, { name: 'path2_len', word: 'size' }],
      },
    ],
    outputs: [],
    needs: [
      { descriptor: 'fd1.fd', set: 'base', quantity: 'all', rights: ['file_link_source'] },
      { descriptor: 'fd2', set: 'base', quantity: 'all', rights: ['file_link_target'] },
    ],
    bounds: [],
    failures: ['exist', 'perm', 'xdev'],
  },
  {
    name: 'file_open',
    returns: true,
    inputs: [
      {
        name: 'dirfd',
        type: 'lookup',
        words: [{ name: 'dirfd_fd', word: 'u32' }, { name: 'dirfd_flags', word: 'u32' }],
      },
      {
        name: 'path',
        type: '[char]',
        words: [{ name: 'path', word: 'address' }, { name: 'path_len', word: 'size' }],
      },
      { name: 'oflags', type: 'oflags', words: [{ name: 'oflags', word: 'u16' }] },
      { name: 'fds', type: '&fdstat', words: [{ name: 'fds', word: 'address' }] },
    ],
    outputs: [{ name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] }],
    needs: [
      { descriptor: 'dirfd.fd', set: 'base', quantity: 'all', rights: ['file_open'] },
      {
        descriptor: 'dirfd.fd',
        set: 'base',
        quantity: 'all',
        rights: ['file_create_file'],
        when: [{ subject: 'oflags', test: 'has', anyOf: ['creat'] }],
      },
      {
        descriptor: 'dirfd.fd',
        set: 'base',
        quantity: 'all',
        rights: ['file_stat_fput_size'],
        when: [{ subject: 'oflags', test: 'has', anyOf: ['trunc'] }],
      },
      {
        descriptor: 'dirfd.fd',
        set: 'inheriting',
        quantity: 'any',
        rights: ['fd_datasync', 'fd_sync'],
        when: [{ subject: 'fds.fs_flags', test: 'has', anyOf: ['dsync'] }],
      },
      {
        descriptor: 'dirfd.fd',
        set: 'inheriting',
        quantity: 'all',
        rights: ['fd_sync'],
        when: [{ subject: 'fds.fs_flags', test: 'has', anyOf: ['sync', 'rsync'] }],
      },
    ],
    bounds: [
      { value: 'fds.fs_rights_base', descriptor: 'dirfd.fd', set: 'inheriting' },
      { value: 'fds.fs_rights_inheriting', descriptor: 'dirfd.fd', set: 'inheriting' },
    ],
    failures: ['exist', 'isdir', 'loop', 'noent', 'notdir'],
  },
  {
    name: 'file_readdir',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'buf',
        type: '[mut void]',
        words: [{ name: 'buf', word: 'address' }, { name: 'buf_len', word: 'size' }],
      },
      { name: 'cookie', type: 'dircookie', words: [{ name: 'cookie', word: 'u64' }] },
    ],
    outputs: [{ name: 'bufused', type: 'size', words: [{ name: 'bufused', word: 'size' }] }],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_readdir'] }],
    bounds: [],
    failures: ['notdir'],
  },
  {
    name: 'file_readlink',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'path',
        type: '[char]',
        words: [{ name: 'path', word: 'address' }, { name: 'path_len', word: 'size' }],
      },
      {
        name: 'buf',
        type: '[mut char]',
        words: [{ name: 'buf', word: 'address' }, { name: 'buf_len', word: 'size' }],
      },
    ],
    outputs: [{ name: 'bufused', type: 'size', words: [{ name: 'bufused', word: 'size' }] }],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_readlink'] }],
    bounds: [],
    failures: ['inval'],
  },
  {
    name: 'file_rename',
    returns: true,
    inputs: [
      { name: 'fd1', type: 'fd', words: [{ name: 'fd1', word: 'u32' }] },
      {
        name: 'path1',
        type: '[char]',
        words: [{ name: 'path1', word: 'address' }, { name: 'path1_len', word: 'size' }],
      },
      { name: 'fd2', type: 'fd', words: [{ name: 'fd2', word: 'u32' }] },
      {
        name: 'path2',
        type: '[char]',
        words: [{ name: 'path2', word: 'address' }, { name: 'path2_len', word: 'size' }],
      },
    ],
    outputs: [],
    needs: [
      { descriptor: 'fd1', set: 'base', quantity: 'all', rights: ['file_rename_source'] },
      { descriptor: 'fd2', set: 'base', quantity: 'all', rights: ['file_rename_target'] },
    ],
    bounds: [],
    failures: ['isdir', 'notdir', 'notempty', 'xdev'],
  },
  {
    name: 'file_stat_fget',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'buf', type: '&mut filestat', words: [{ name: 'buf', word: 'address' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_stat_fget'] }],
    bounds: [],
    failures: [],
  },
  {
    name: 'file_stat_fput',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'buf', type: '&filestat', words: [{ name: 'buf', word: 'address' }] },
      { name: 'flags', type: 'fsflags', words: [{ name: 'flags', word: 'u16' }] },
    ],
    outputs: [],
    needs: [
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['file_stat_fput_size'],
        when: [{ subject: 'flags', test: 'has', anyOf: ['size'] }],
      },
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['file_stat_fput_times'],
        when: [{ subject: 'flags', test: 'has', anyOf: ['atim', 'atim_now', 'mtim', 'mtim_now'] }],
      },
    ],
    bounds: [],
    failures: ['inval'],
  },
  {
    name: 'file_stat_get',
    returns: true,
    inputs: [
      {
        name: 'fd',
        type: 'lookup',
        words: [{ name: 'fd_fd', word: 'u32' }, { name: 'fd_flags', word: 'u32' }],
      },
      {
        name: 'path',
        type: '[char]',
        words: [{ name: 'path', word: 'address' }, { name: 'path_len', word: 'size' }],
      },
      { name: 'buf', type: '&mut filestat', words: [{ name: 'buf', word: 'address' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd.fd', set: 'base', quantity: 'all', rights: ['file_stat_get'] }],
    bounds: [],
    failures: [],
  },
  {
    name: 'file_stat_put',
    returns: true,
    inputs: [
      {
        name: 'fd',
        type: 'lookup',
        words: [{ name: 'fd_fd', word: 'u32' }, { name: 'fd_flags', word: 'u32' }],
      },
      {
        name: 'path',
        type: '[char]',
        words: [{ name: 'path', word: 'address' }, { name: 'path_len', word: 'size' }],
      },
      { name: 'buf', type: '&filestat', words: [{ name: 'buf', word: 'address' }] },
      { name: 'flags', type: 'fsflags', words: [{ name: 'flags', word: 'u16' }] },
    ],
    outputs: [],
    needs: [
      {
        descriptor: 'fd.fd',
        set: 'base',
        quantity: 'all',
        rights: ['file_stat_put_times'],
        when: [{ subject: 'flags', test: 'has', anyOf: ['atim', 'atim_now', 'mtim', 'mtim_now'] }],
      },
    ],
    bounds: [],
    failures: ['inval'],
  },
  {
    name: 'file_symlink',
    returns: true,
    inputs: [
      {
        name: 'path1',
        type: '[char]',
        words: [{ name: 'path1', word: 'address' }, { name: 'path1_len', word: 'size' }],
      },
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'path2',
        type: '[char]',
        words: [{ name: 'path2', word: 'address' }, { name: 'path2_len', word: 'size' }],
      },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_symlink'] }],
    bounds: [],
    failures: ['exist'],
  },
  {
    name: 'file_unlink',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'path',
        type: '[char]',
        words: [{ name: 'path', word: 'address' }, { name: 'path_len', word: 'size' }],
      },
      { name: 'flags', type: 'ulflags', words: [{ name: 'flags', word: 'u8' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['file_unlink'] }],
    bounds: [],
    failures: ['isdir', 'notdir', 'notempty'],
  },
  {
    name: 'lock_unlock',
    returns: true,
    inputs: [
      { name: 'lock', type: '&atomic lock', words: [{ name: 'lock', word: 'address' }] },
      { name: 'scope', type: 'scope', words: [{ name: 'scope', word: 'u8' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: ['perm'],
  },
  {
    name: 'mem_advise',
    returns: true,
    inputs: [
      {
        name: 'mapping',
        type: '[mut void]',
        words: [{ name: 'mapping', word: 'address' }, { name: 'mapping_len', word: 'size' }],
      },
      { name: 'advice', type: 'advice', words: [{ name: 'advice', word: 'u8' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'mem_map',
    returns: true,
    inputs: [
      { name: 'addr', type: '&mut void', words: [{ name: 'addr', word: 'address' }] },
      { name: 'len', type: 'size', words: [{ name: 'len', word: 'size' }] },
      { name: 'prot', type: 'mprot', words: [{ name: 'prot', word: 'u8' }] },
      { name: 'flags', type: 'mflags', words: [{ name: 'flags', word: 'u8' }] },
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'off', type: 'filesize', words: [{ name: 'off', word: 'u64' }] },
    ],
    outputs: [{ name: 'mem', type: '&mut void', words: [{ name: 'mem', word: 'address' }] }],
    needs: [
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['mem_map'],
        unless: [{ subject: 'flags', test: 'has', anyOf: ['anon'] }],
      },
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['fd_read'],
        when: [{ subject: 'prot', test: 'has', anyOf: ['read'] }],
        unless: [{ subject: 'flags', test: 'has', anyOf: ['anon'] }],
      },
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['fd_write'],
        when: [{ subject: 'prot', test: 'has', anyOf: ['write'] }],
        unless: [{ subject: 'flags', test: 'has', anyOf: ['anon'] }],
      },
      {
        descriptor: 'fd',
        set: 'base',
        quantity: 'all',
        rights: ['mem_map_exec'],
        when: [{ subject: 'prot', test: 'has', anyOf: ['exec'] }],
        unless: [{ subject: 'flags', test: 'has', anyOf: ['anon'] }],
      },
    ],
    bounds: [],
    failures: ['inval', 'notsup', 'nodev'],
  },
  {
    name: 'mem_protect',
    returns: true,
    inputs: [
      {
        name: 'mapping',
        type: '[mut void]',
        words: [{ name: 'mapping', word: 'address' }, { name: 'mapping_len', word: 'size' }],
      },
      { name: 'prot', type: 'mprot', words: [{ name: 'prot', word: 'u8' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: ['notsup'],
  },
  {
    name: 'mem_sync',
    returns: true,
    inputs: [
      {
        name: 'mapping',
        type: '[mut void]',
        words: [{ name: 'mapping', word: 'address' }, { name: 'mapping_len', word: 'size' }],
      },
      { name: 'flags', type: 'msflags', words: [{ name: 'flags', word: 'u8' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: ['inval'],
  },
  {
    name: 'mem_unmap',
    returns: true,
    inputs: [
      {
        name: 'mapping',
        type: '[mut void]',
        words: [{ name: 'mapping', word: 'address' }, { name: 'mapping_len', word: 'size' }],
      },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'poll',
    returns: true,
    inputs: [
      { name: 'in', type: '&subscription', words: [{ name: 'in', word: 'address' }] },
      { name: 'out', type: '&mut event', words: [{ name: 'out', word: 'address' }] },
      { name: 'nsubscriptions', type: 'size', words: [{ name: 'nsubscriptions', word: 'size' }] },
    ],
    outputs: [{ name: 'nevents', type: 'size', words: [{ name: 'nevents', word: 'size' }] }],
    needs: [
      {
        descriptor: 'in.fd_readwrite.fd',
        set: 'base',
        quantity: 'all',
        rights: ['poll_fd_readwrite', 'fd_read'],
        when: [{ subject: 'in.type', test: 'is', anyOf: ['fd_read'] }],
      },
      {
        descriptor: 'in.fd_readwrite.fd',
        set: 'base',
        quantity: 'all',
        rights: ['poll_fd_readwrite', 'fd_write'],
        when: [{ subject: 'in.type', test: 'is', anyOf: ['fd_write'] }],
      },
      {
        descriptor: 'in.proc_terminate.fd',
        set: 'base',
        quantity: 'all',
        rights: ['poll_proc_terminate'],
        when: [{ subject: 'in.type', test: 'is', anyOf: ['proc_terminate'] }],
      },
    ],
    bounds: [],
    failures: ['inval'],
  },
  {
    name: 'proc_exec',
    returns: true,
    inputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      {
        name: 'data',
        type: '[void]',
        words: [{ name: 'data', word: 'address' }, { name: 'data_len', word: 'size' }],
      },
      {
        name: 'fds',
        type: '[fd]',
        words: [{ name: 'fds', word: 'address' }, { name: 'fds_len', word: 'size' }],
      },
    ],
    outputs: [],
    needs: [{ descriptor: 'fd', set: 'base', quantity: 'all', rights: ['proc_exec'] }],
    bounds: [],
    failures: ['badf', 'noexec'],
  },
  {
    name: 'proc_exit',
    returns: false,
    inputs: [{ name: 'rval', type: 'exitcode', words: [{ name: 'rval', word: 'u32' }] }],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'proc_fork',
    returns: true,
    inputs: [],
    outputs: [
      { name: 'fd', type: 'fd', words: [{ name: 'fd', word: 'u32' }] },
      { name: 'tid', type: 'tid', words: [{ name: 'tid', word: 'u32' }] },
    ],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'proc_raise',
    returns: true,
    inputs: [{ name: 'sig', type: 'signal', words: [{ name: 'sig', word: 'u8' }] }],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'random_get',
    returns: true,
    inputs: [
      {
        name: 'buf',
        type: '[mut void]',
        words: [{ name: 'buf', word: 'address' }, { name: 'buf_len', word: 'size' }],
      },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'sock_recv',
    returns: true,
    inputs: [
      { name: 'sock', type: 'fd', words: [{ name: 'sock', word: 'u32' }] },
      { name: 'in', type: '&recv_in', words: [{ name: 'in', word: 'address' }] },
      { name: 'out', type: '&mut recv_out', words: [{ name: 'out', word: 'address' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'sock', set: 'base', quantity: 'all', rights: ['fd_read'] }],
    bounds: [],
    failures: ['again', 'notsock'],
  },
  {
    name: 'sock_send',
    returns: true,
    inputs: [
      { name: 'sock', type: 'fd', words: [{ name: 'sock', word: 'u32' }] },
      { name: 'in', type: '&send_in', words: [{ name: 'in', word: 'address' }] },
      { name: 'out', type: '&mut send_out', words: [{ name: 'out', word: 'address' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'sock', set: 'base', quantity: 'all', rights: ['fd_write'] }],
    bounds: [],
    failures: ['again', 'notsock', 'pipe'],
  },
  {
    name: 'sock_shutdown',
    returns: true,
    inputs: [
      { name: 'sock', type: 'fd', words: [{ name: 'sock', word: 'u32' }] },
      { name: 'how', type: 'sdflags', words: [{ name: 'how', word: 'u8' }] },
    ],
    outputs: [],
    needs: [{ descriptor: 'sock', set: 'base', quantity: 'all', rights: ['sock_shutdown'] }],
    bounds: [],
    failures: ['inval', 'notconn', 'notsock'],
  },
  {
    name: 'thread_create',
    returns: true,
    inputs: [{ name: 'attr', type: '&mut threadattr', words: [{ name: 'attr', word: 'address' }] }],
    outputs: [{ name: 'tid', type: 'tid', words: [{ name: 'tid', word: 'u32' }] }],
    needs: [],
    bounds: [],
    failures: ['again'],
  },
  {
    name: 'thread_exit',
    returns: false,
    inputs: [
      { name: 'lock', type: '&atomic lock', words: [{ name: 'lock', word: 'address' }] },
      { name: 'scope', type: 'scope', words: [{ name: 'scope', word: 'u8' }] },
    ],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
  {
    name: 'thread_yield',
    returns: true,
    inputs: [],
    outputs: [],
    needs: [],
    bounds: [],
    failures: [],
  },
];

/** Results of `clock_res_get`. */
export interface ClockResGetResults {
  /** The least difference between two of its times. */
  resolution: bigint;
}

/** Results of `clock_time_get`. */
export interface ClockTimeGetResults {
  /** Its time. */
  time: bigint;
}

/** Results of `fd_create1`. */
export interface FdCreate1Results {
  /** The new descriptor. */
  fd: number;
}

/** Results of `fd_create2`. */
export interface FdCreate2Results {
  /** One end. */
  fd1: number;
  /** The other end. */
  fd2: number;
}

/** Results of `fd_dup`. */
export interface FdDupResults {
  /** The copy. */
  fd: number;
}

/** Results of `fd_pread`. */
export interface FdPreadResults {
  /** Bytes read. */
  nread: number;
}

/** Results of `fd_pwrite`. */
export interface FdPwriteResults {
  /** Bytes written. */
  nwritten: number;
}

/** Results of `fd_read`. */
export interface FdReadResults {
  /** Bytes read; zero at the end, if there was memory to fill. */
  nread: number;
}

/** Results of `fd_seek`. */
export interface FdSeekResults {
  /** The offset after the move, from the start of the file. */
  newoffset: bigint;
}

/** Results of `fd_write`. */
export interface FdWriteResults {
  /** Bytes written; possibly fewer than given. */
  nwritten: number;
}

/** Results of `file_open`. */
export interface FileOpenResults {
  /** The new descriptor. */
  fd: number;
}

/** Results of `file_readdir`. */
export interface FileReaddirResults {
  /** Bytes filled. Fewer than there are: this was the end of the directory. */
  bufused: number;
}

/** Results of `file_readlink`. */
export interface FileReadlinkResults {
  /** Bytes of it. */
  bufused: number;
}

/** Results of `mem_map`. */
export interface MemMapResults {
  /** Where it was mapped. */
  mem: number;
}

/** Results of `poll`. */
export interface PollResults {
  /** How many things have happened. */
  nevents: number;
}

/** Results of `proc_fork`. */
export interface ProcForkResults {
  /** For the parent: a descriptor for the child. For the child: `fd.process_child`. */
  fd: number;
  /** For the child: the number of its thread. For the parent: undefined. */
  tid: number;
}

/** Results of `thread_create`. */
export interface ThreadCreateResults {
  /** Its number. */
  tid: number;
}

/**
 * The implementation of the calls, after the arguments have been taken apart: integers of up to 32 bits, sizes and
 * addresses are numbers, wider integers bigints; a range is an address and a count, a structure passed as value its
 * fields. Results go into an object that the caller makes once and uses again; it is meaningful if the call returns
 * `Errno.success`.
 */
export interface Calls {
  /**
   * Tells how finely a clock is divided.
   *
   * @param clock_id The clock.
   */
  clock_res_get(clock_id: number, results: ClockResGetResults): Errno;

  /**
   * Tells the time.
   *
   * @param clock_id The clock.
   * @param precision By how much the answer may be late, to save effort. It is always less than this.
   */
  clock_time_get(clock_id: number, precision: bigint, results: ClockTimeGetResults): Errno;

  /**
   * Wakes threads that wait for a condition variable.
   *
   * @param condvar The condition variable. It becomes `condvar.has_no_waiters` when all are woken.
   * @param scope In what kind of memory it lies.
   * @param nwaiters How many to wake; if fewer wait, all of them.
   */
  condvar_signal(condvar: number, scope: number, nwaiters: number): Errno;

  /**
   * Closes a descriptor.
   *
   * @param fd The descriptor to close.
   */
  fd_close(fd: number): Errno;

  /**
   * Makes something that needs one descriptor.
   *
   * @param type Shared memory without a name. It is empty at first; `file_stat_fput` sizes it.
   */
  fd_create1(type: number, results: FdCreate1Results): Errno;

  /**
   * Makes two connected descriptors.
   *
   * @param type A pair of UNIX sockets, for datagrams or for a stream.
   */
  fd_create2(type: number, results: FdCreate2Results): Errno;

  /**
   * Waits until the data of a file would survive a crash of the machine.
   *
   * @param fd The file.
   */
  fd_datasync(fd: number): Errno;

  /**
   * Makes a second descriptor for the same thing.
   *
   * @param from The descriptor to copy.
   */
  fd_dup(from: number, results: FdDupResults): Errno;

  /**
   * Reads at a given offset; that of the descriptor stays as it is.
   *
   * @param fd The file.
   * @param iovs The memory to fill, in this order.
   * @param offset Where to start in the file.
   */
  fd_pread(fd: number, iovs: number, iovs_len: number, offset: bigint, results: FdPreadResults): Errno;

  /**
   * Writes at a given offset; that of the descriptor stays as it is.
   *
   * @param fd The file.
   * @param iovs The memory to write, in this order.
   * @param offset Where to start in the file.
   */
  fd_pwrite(fd: number, iovs: number, iovs_len: number, offset: bigint, results: FdPwriteResults): Errno;

  /**
   * Reads at the descriptor's offset and moves it by as much as was read.
   *
   * @param fd Where to read from.
   * @param iovs The memory to fill, in this order.
   */
  fd_read(fd: number, iovs: number, iovs_len: number, results: FdReadResults): Errno;

  /**
   * Lets a descriptor number refer to what another one refers to, in one step.
   *
   * There is no call that copies a descriptor to a number that is free: another thread might be given that
   * number in the same moment.
   *
   * @param from The descriptor to copy.
   * @param to The number to overwrite. It must be open; what it referred to is closed.
   */
  fd_replace(from: number, to: number): Errno;

  /**
   * Moves the descriptor's offset.
   *
   * @param fd The file.
   * @param offset By how much.
   * @param whence From where.
   */
  fd_seek(fd: number, offset: bigint, whence: number, results: FdSeekResults): Errno;

  /**
   * Tells the attributes of a descriptor.
   *
   * @param fd The descriptor.
   * @param buf Where the attributes go.
   */
  fd_stat_get(fd: number, buf: number): Errno;

  /**
   * Changes the flags of a descriptor, or gives up rights.
   *
   * @param fd The descriptor.
   * @param buf The new attributes.
   * @param flags Which of them to change.
   */
  fd_stat_put(fd: number, buf: number, flags: number): Errno;

  /**
   * Waits until the data and the attributes of a file would survive a crash of the machine.
   *
   * @param fd The file.
   */
  fd_sync(fd: number): Errno;

  /**
   * Writes at the descriptor's offset and moves it by as much as was written.
   *
   * @param fd Where to write to.
   * @param iovs The memory to write, in this order.
   */
  fd_write(fd: number, iovs: number, iovs_len: number, results: FdWriteResults): Errno;

  /**
   * Tells the system how a part of a file will be used. It changes no result, only how soon it comes.
   *
   * @param fd The file.
   * @param offset Where the part starts.
   * @param len How long it is; zero means to the end.
   * @param advice How it will be used.
   */
  file_advise(fd: number, offset: bigint, len: bigint, advice: number): Errno;

  /**
   * Makes sure that there is space for a part of a file, and extends the file if it is shorter.
   *
   * @param fd The file.
   * @param offset Where the part starts.
   * @param len How long it is.
   */
  file_allocate(fd: number, offset: bigint, len: bigint): Errno;

  /**
   * Makes something that has a name.
   *
   * @param fd The directory from which the path is looked up.
   * @param path The name to be.
   * @param type An empty directory.
   */
  file_create(fd: number, path: number, path_len: number, type: number): Errno;

  /**
   * Gives a file another name.
   *
   * @param fd1 The directory from which the old path is looked up.
   * @param path1 The present name.
   * @param fd2 The directory from which the new path is looked up.
   * @param path2 The further name.
   */
  file_link(fd1_fd: number, fd1_flags: number, path1: number, path1_len: number, fd2: number, path2: number, path2_len: number): Errno;

  /**
   * Opens a file or a directory.
   *
   * @param dirfd The directory from which the path is looked up.
   * @param path The name.
   * @param oflags What to do besides opening.
   * @param fds The rights and the flags that the new descriptor shall have. The type is ignored.
   */
  file_open(dirfd_fd: number, dirfd_flags: number, path: number, path_len: number, oflags: number, fds: number, results: FileOpenResults): Errno;

  /**
   * Reads entries of a directory, in the order in which the file system has them.
   *
   * The memory is filled with entries, each a `dirent` with `dirent.d_namlen` bytes of name after it, one
   * after another without padding. What does not fit is cut off in the middle; the program reads it again
   * from the cookie before, with more memory if need be.
   *
   * @param fd The directory.
   * @param buf Where the entries go.
   * @param cookie Where to start: `dircookie.start` or a `dirent.d_next`.
   */
  file_readdir(fd: number, buf: number, buf_len: number, cookie: bigint, results: FileReaddirResults): Errno;

  /**
   * Tells where a symbolic link leads.
   *
   * @param fd The directory from which the path is looked up.
   * @param path The name of the link.
   * @param buf Where the target goes.
   */
  file_readlink(fd: number, path: number, path_len: number, buf: number, buf_len: number, results: FileReadlinkResults): Errno;

  /**
   * Gives a file a new name in place of the old one, in one step.
   *
   * @param fd1 The directory from which the old path is looked up.
   * @param path1 The old name.
   * @param fd2 The directory from which the new path is looked up.
   * @param path2 The new name. What had it before is removed.
   */
  file_rename(fd1: number, path1: number, path1_len: number, fd2: number, path2: number, path2_len: number): Errno;

  /**
   * Tells the attributes of a file by its descriptor.
   *
   * @param fd The file.
   * @param buf Where the attributes go.
   */
  file_stat_fget(fd: number, buf: number): Errno;

  /**
   * Changes the attributes of a file by its descriptor.
   *
   * @param fd The file.
   * @param buf The new attributes.
   * @param flags Which of them to change.
   */
  file_stat_fput(fd: number, buf: number, flags: number): Errno;

  /**
   * Tells the attributes of a file by its path.
   *
   * @param fd The directory from which the path is looked up.
   * @param path The name.
   * @param buf Where the attributes go.
   */
  file_stat_get(fd_fd: number, fd_flags: number, path: number, path_len: number, buf: number): Errno;

  /**
   * Changes the times of a file by its path.
   *
   * @param fd The directory from which the path is looked up.
   * @param path The name.
   * @param buf The new attributes.
   * @param flags Which of them to change.
   */
  file_stat_put(fd_fd: number, fd_flags: number, path: number, path_len: number, buf: number, flags: number): Errno;

  /**
   * Makes a symbolic link.
   *
   * @param path1 Where it shall lead. Anything will do: it is looked at only when it is followed.
   * @param fd The directory from which the path of the link is looked up.
   * @param path2 The name of the link.
   */
  file_symlink(path1: number, path1_len: number, fd: number, path2: number, path2_len: number): Errno;

  /**
   * Removes a name, and what it stands for if that has no other name and is not open.
   *
   * @param fd The directory from which the path is looked up.
   * @param path The name.
   * @param flags Whether to remove a directory.
   */
  file_unlink(fd: number, path: number, path_len: number, flags: number): Errno;

  /**
   * Gives up a lock for which others wait.
   *
   * @param lock The lock, held for writing by this thread, with `lock.kernel_managed` set.
   * @param scope In what kind of memory it lies.
   */
  lock_unlock(lock: number, scope: number): Errno;

  /**
   * Tells the system how some pages will be used.
   *
   * @param mapping The pages.
   * @param advice How they will be used.
   */
  mem_advise(mapping: number, mapping_len: number, advice: number): Errno;

  /**
   * Maps a file, or fresh memory.
   *
   * @param addr With `mflags.fixed`: where. Otherwise the system finds a place.
   * @param len How many bytes.
   * @param prot What may be done with the pages.
   * @param flags What to map, and how.
   * @param fd The file. With `mflags.anon`: `fd.map_anon_fd`.
   * @param off Where to start in the file, a multiple of the page size. With `mflags.anon`: zero.
   */
  mem_map(addr: number, len: number, prot: number, flags: number, fd: number, off: bigint, results: MemMapResults): Errno;

  /**
   * Changes what may be done with some pages.
   *
   * @param mapping The pages.
   * @param prot What may be done with them.
   */
  mem_protect(mapping: number, mapping_len: number, prot: number): Errno;

  /**
   * Stores the pages of a mapped file.
   *
   * @param mapping The pages.
   * @param flags How.
   */
  mem_sync(mapping: number, mapping_len: number, flags: number): Errno;

  /**
   * Removes some pages from the memory of the program.
   *
   * @param mapping The pages.
   */
  mem_unmap(mapping: number, mapping_len: number): Errno;

  /**
   * Waits until at least one of several things has happened.
   *
   * @param in_ The first of the things to wait for; the others follow it.
   * @param out The first of as many places for what has happened.
   * @param nsubscriptions How many things, and how many places.
   */
  poll(in_: number, out: number, nsubscriptions: number, results: PollResults): Errno;

  /**
   * Puts another program in the place of this one. The process stays, its memory and threads go.
   *
   * @param fd The executable.
   * @param data The argument data for the new program. The kernel does not look into it.
   * @param fds The descriptors to keep. The new program has them as numbers 0, 1, 2 and so on, in this
   * order.
   */
  proc_exec(fd: number, data: number, data_len: number, fds: number, fds_len: number): Errno;

  /**
   * Ends this process.
   *
   * @param rval What others see in `event.proc_terminate.exitcode`.
   */
  proc_exit(rval: number): never;

  /** Makes a copy of this process, with this thread alone. */
  proc_fork(results: ProcForkResults): Errno;

  /**
   * Raises a signal in this process.
   *
   * @param sig The signal. If it ends the process, others see it in `event.proc_terminate.signal`.
   */
  proc_raise(sig: number): Errno;

  /**
   * Fills memory with random bytes that nobody can foresee. It may be slow: a program that needs many takes
   * these as the seed of a generator of its own.
   *
   * @param buf The memory to fill.
   */
  random_get(buf: number, buf_len: number): Errno;

  /**
   * Receives from a socket: data, and descriptors that were sent along.
   *
   * @param sock The socket.
   * @param in_ What is asked for.
   * @param out What came.
   */
  sock_recv(sock: number, in_: number, out: number): Errno;

  /**
   * Sends to a socket: data, and descriptors along with it.
   *
   * @param sock The socket.
   * @param in_ What to send.
   * @param out What was sent.
   */
  sock_send(sock: number, in_: number, out: number): Errno;

  /**
   * Ends one or both directions of a connection, for everyone who holds the socket.
   *
   * @param sock The socket.
   * @param how Which directions.
   */
  sock_shutdown(sock: number, how: number): Errno;

  /**
   * Starts a thread in this process.
   *
   * @param attr Where it starts and with what.
   */
  thread_create(attr: number, results: ThreadCreateResults): Errno;

  /**
   * Ends this thread, and gives up a lock when it no longer uses its stack. Another thread that waits for
   * the lock thereby waits for the thread.
   *
   * @param lock The lock, held for writing by this thread.
   * @param scope In what kind of memory it lies.
   */
  thread_exit(lock: number, scope: number): never;

  /** Lets other threads run first. */
  thread_yield(): Errno;
}
