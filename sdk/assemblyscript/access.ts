import { Rights } from './abi/constants';

/** Purposes for which a file is opened: unions of these, or of `Rights`. */
export namespace Access {
  /** To be read, from anywhere in it. */
  export const read: u64 =
    Rights.fd_read |
    Rights.fd_seek |
    Rights.fd_tell |
    Rights.file_advise |
    Rights.file_stat_fget |
    Rights.poll_fd_readwrite;
  /** To be written, anywhere in it. */
  export const write: u64 =
    Rights.fd_write |
    Rights.fd_seek |
    Rights.fd_tell |
    Rights.fd_sync |
    Rights.fd_datasync |
    Rights.file_allocate |
    Rights.file_stat_fget |
    Rights.file_stat_fput_size |
    Rights.file_stat_fput_times |
    Rights.poll_fd_readwrite;
  /** Both. */
  export const readWrite: u64 = read | write;
  /** To be looked at, and what is in it to be read: for directories. */
  export const browse: u64 =
    Rights.file_open | Rights.file_readdir | Rights.file_readlink | Rights.file_stat_get | Rights.file_stat_fget;
}
