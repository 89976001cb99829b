/* The calls of the program, with their arguments as each has them. */

FUNCTION i64 dispatch(struct worker *w)
{
  u64 *a = w->n.argument;
  i32 at = (i32)a[0];
  switch (w->n.number) {
  case nr_openat: return do_open(w, at, a[1], (u32)a[2], (u32)a[3] & 07777);
  case nr_openat2: return do_openat2(w);
  case nr_newfstatat: return do_stat(w, at, a[1], a[2], (u32)a[3]);
  case nr_statx: return do_statx(w);
  case nr_getdents64: return do_list(w);
  case nr_faccessat: return do_access(w, at, a[1], (u32)a[2], 0);
  case nr_faccessat2: return do_access(w, at, a[1], (u32)a[2], (u32)a[3]);
  case nr_readlinkat: return do_readlink(w, at, a[1], a[2], (u32)a[3]);
  case nr_statfs: return do_statfs(w);
  case nr_chdir: return do_judged(w, AT_FDCWD, a[0], 0, is_chdir);
  case nr_fchdir: return do_fchdir(w);
  case nr_execve: return do_execute(w, AT_FDCWD, a[0], 0);
  case nr_execveat: return do_execute(w, at, a[1], (u32)a[4]);
  case nr_set_tid_address: return GO_ON; /* the first call of programs of a C library */
  case nr_mkdirat: return do_mkdir(w, at, a[1], (u32)a[2]);
  case nr_mknodat: return do_mknod(w, at, a[1], (u32)a[2], (u32)a[3]);
  case nr_unlinkat: return do_unlink(w, at, a[1], (u32)a[2]);
  case nr_symlinkat: return do_symlink(w, a[0], (i32)a[1], a[2]);
  case nr_linkat: return do_link(w, at, a[1], (i32)a[2], a[3], (u32)a[4]);
  case nr_renameat2: return do_rename(w, at, a[1], (i32)a[2], a[3], (u32)a[4]);
  case nr_renameat: return do_rename(w, at, a[1], (i32)a[2], a[3], 0);
  case nr_truncate: return do_truncate(w);
  case nr_ftruncate: return do_ftruncate(w);
  case nr_fcntl: return do_set_flags(w);
  case nr_fchmod: return do_change_open(w, nr_fchmod, is_chmod);
  case nr_fchown: return do_change_open(w, nr_fchown, (u32)a[1] == 0xffffffff ? is_chgrp : is_chown);
  case nr_fsetxattr: return do_change_open(w, nr_fsetxattr, is_chattr);
  case nr_fremovexattr: return do_change_open(w, nr_fremovexattr, is_chattr);
  case nr_fchmodat: return do_chmod(w, at, a[1], (u32)a[2], 0);
  case nr_fchmodat2: return do_chmod(w, at, a[1], (u32)a[2], (u32)a[3]);
  case nr_fchownat: return do_chown(w, at, a[1], (u32)a[2], (u32)a[3], (u32)a[4]);
  case nr_utimensat: return do_times(w, at, a[1], a[2], 1, (u32)a[3]);
  case nr_setxattr: return do_attribute(w, nr_setxattr, 0);
  case nr_lsetxattr: return do_attribute(w, nr_setxattr, AT_SYMLINK_NOFOLLOW);
  case nr_getxattr: return do_attribute(w, nr_getxattr, 0);
  case nr_lgetxattr: return do_attribute(w, nr_getxattr, AT_SYMLINK_NOFOLLOW);
  case nr_listxattr: return do_attribute(w, nr_listxattr, 0);
  case nr_llistxattr: return do_attribute(w, nr_listxattr, AT_SYMLINK_NOFOLLOW);
  case nr_removexattr: return do_attribute(w, nr_removexattr, 0);
  case nr_lremovexattr: return do_attribute(w, nr_removexattr, AT_SYMLINK_NOFOLLOW);
  case nr_inotify_add_watch: return do_watch(w);
  case nr_connect: return do_connect(w);
#ifdef __x86_64__
  case nr_open: return do_open(w, AT_FDCWD, a[0], (u32)a[1], (u32)a[2] & 07777);
  case nr_creat: return do_open(w, AT_FDCWD, a[0], O_CREAT | O_WRONLY | O_TRUNC, (u32)a[1] & 07777);
  case nr_stat: return do_stat(w, AT_FDCWD, a[0], a[1], 0);
  case nr_lstat: return do_stat(w, AT_FDCWD, a[0], a[1], AT_SYMLINK_NOFOLLOW);
  case nr_access: return do_access(w, AT_FDCWD, a[0], (u32)a[1], 0);
  case nr_readlink: return do_readlink(w, AT_FDCWD, a[0], a[1], (u32)a[2]);
  case nr_mkdir: return do_mkdir(w, AT_FDCWD, a[0], (u32)a[1]);
  case nr_mknod: return do_mknod(w, AT_FDCWD, a[0], (u32)a[1], (u32)a[2]);
  case nr_unlink: return do_unlink(w, AT_FDCWD, a[0], 0);
  case nr_rmdir: return do_unlink(w, AT_FDCWD, a[0], AT_REMOVEDIR);
  case nr_symlink: return do_symlink(w, a[0], AT_FDCWD, a[1]);
  case nr_link: return do_link(w, AT_FDCWD, a[0], AT_FDCWD, a[1], 0);
  case nr_rename: return do_rename(w, AT_FDCWD, a[0], AT_FDCWD, a[1], 0);
  case nr_chmod: return do_chmod(w, AT_FDCWD, a[0], (u32)a[1], 0);
  case nr_chown: return do_chown(w, AT_FDCWD, a[0], (u32)a[1], (u32)a[2], 0);
  case nr_lchown: return do_chown(w, AT_FDCWD, a[0], (u32)a[1], (u32)a[2], AT_SYMLINK_NOFOLLOW);
  case nr_utime: return do_utime(w);
  case nr_utimes: return do_times(w, AT_FDCWD, a[0], a[1], 1000, 0);
  case nr_futimesat: return do_times(w, at, a[1], a[2], 1000, 0);
#endif
  }
  return -ENOSYS;
}
