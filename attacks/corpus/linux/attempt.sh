# Functions for attempts in shell, which print their results on standard output.

# The name of the error in the last message of a command.
error_of() {
  case "$1" in
    *'No such file'*|*nonexistent*|*'not found'*) echo ENOENT ;;
    *'Permission denied'*) echo EACCES ;;
    *'Operation not permitted'*) echo EPERM ;;
    *'Read-only file system'*) echo EROFS ;;
    *'cross-device'*) echo EXDEV ;;
    *'No such process'*) echo ESRCH ;;
    *'Not a directory'*) echo ENOTDIR ;;
    *'Function not implemented'*) echo ENOSYS ;;
    *'Network is unreachable'*) echo ENETUNREACH ;;
    *'Connection refused'*) echo ECONNREFUSED ;;
    *'No such device'*) echo ENXIO ;;
    *) echo "unknown-error" ;;
  esac
}

# Runs a command and says what it met: answer attempt cat "$SECRET/file".
answer() {
  key=$1
  shift
  if message=$(LC_ALL=C "$@" 2>&1); then
    echo "$key: ok"
  else
    echo "$message" >&2
    echo "$key: $(error_of "$message")"
  fi
}
