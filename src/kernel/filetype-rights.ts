import { Filetype } from '../abi/generated/constants.ts';
import { ALL_HIGH, ALL_LOW, NO_RIGHTS, R, RH, type RightsSet } from './rights.ts';

/** Rights that a type of descriptor has a use for; opening one with more gives it only these. */
export type UsefulRights = { readonly base: RightsSet; readonly inheriting: RightsSet };

const ALL: RightsSet = { low: ALL_LOW, high: ALL_HIGH };

const ANY_FILE = R.fd_stat_put_flags | R.file_stat_fget | R.file_stat_fput_times;
const STREAM = ANY_FILE | R.fd_read | R.fd_write | R.poll_fd_readwrite;
const REGULAR =
  STREAM |
  R.fd_datasync |
  R.fd_seek |
  R.fd_sync |
  R.fd_tell |
  R.file_advise |
  R.file_allocate |
  R.file_stat_fput_size |
  R.mem_map |
  R.mem_map_exec;
const DIRECTORY =
  ANY_FILE |
  R.fd_datasync |
  R.fd_sync |
  R.file_create_directory |
  R.file_create_file |
  R.file_link_source |
  R.file_link_target |
  R.file_open |
  R.file_readdir |
  R.file_readlink |
  R.file_rename_source |
  R.file_rename_target |
  R.file_stat_get |
  R.file_stat_put_times |
  R.file_symlink |
  R.file_unlink |
  R.removeDirectory |
  R.openTruncate;

const table: ReadonlyMap<number, UsefulRights> = new Map([
  [Filetype.regular_file, { base: { low: REGULAR, high: RH.proc_exec }, inheriting: NO_RIGHTS }],
  [Filetype.directory, { base: { low: DIRECTORY, high: 0 }, inheriting: ALL }],
  [Filetype.character_device, { base: { low: REGULAR, high: 0 }, inheriting: NO_RIGHTS }],
  [Filetype.block_device, { base: { low: REGULAR, high: 0 }, inheriting: NO_RIGHTS }],
  [Filetype.shared_memory, { base: { low: REGULAR, high: 0 }, inheriting: NO_RIGHTS }],
  // Rights that a socket passes on: to connections that it accepts, and to descriptors that are received through it.
  [
    Filetype.socket_stream,
    { base: { low: STREAM, high: RH.sock_shutdown | RH.sockAccept }, inheriting: ALL },
  ],
  [Filetype.socket_dgram, { base: { low: STREAM, high: RH.sock_shutdown }, inheriting: ALL }],
  [
    Filetype.process,
    { base: { low: R.poll_proc_terminate | R.file_stat_fget, high: 0 }, inheriting: NO_RIGHTS },
  ],
  [Filetype.unknown, { base: { low: STREAM, high: 0 }, inheriting: NO_RIGHTS }],
]);

/** The rights that a file type has a use for; pipes and other types without a number of their own are streams. */
export function fileTypeRights(type: Filetype): UsefulRights {
  return table.get(type) ?? { base: { low: STREAM, high: 0 }, inheriting: NO_RIGHTS };
}
