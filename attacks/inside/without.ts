// Runs a command on a host that lacks a mechanism: `without landlock|mseal COMMAND…`. A seccomp filter answers the
// call of that mechanism as a kernel without it does, for this process and all it starts.
import { spawnSync } from 'node:child_process';
import { syscall } from '../../src/host/syscall.ts';
import { LinuxErrno } from '../../src/linux/errno.ts';
import { callNumberOf } from '../../src/linux/system-calls.ts';
import { installFilter } from '../../src/walls/install-filter.ts';

const [mechanism = '', command = '', ...rest] = process.argv.slice(2);
const PR_SET_NO_NEW_PRIVS = 38;
const number = mechanism === 'mseal' ? callNumberOf('mseal') : callNumberOf('landlock_create_ruleset');
// Landlock that is built in but switched off answers EOPNOTSUPP; a call that is not built in, ENOSYS.
const errno = mechanism === 'landlock-off' ? LinuxErrno.EOPNOTSUPP : LinuxErrno.ENOSYS;
const instructions = [
  [0x20, 0, 0, 0],
  [0x15, 0, 1, number],
  [0x06, 0, 0, 0x00050000 | errno],
  [0x06, 0, 0, 0x7fff0000],
] as const;
const program = Buffer.alloc(instructions.length * 8);
instructions.forEach(([code, yes, no, constant], index) => {
  program.writeUInt16LE(code, index * 8);
  program.writeUInt8(yes, index * 8 + 2);
  program.writeUInt8(no, index * 8 + 3);
  program.writeUInt32LE(constant, index * 8 + 4);
});
syscall(callNumberOf('prctl'), PR_SET_NO_NEW_PRIVS, 1);
installFilter(program);
const { status } = spawnSync(command, rest, { stdio: 'inherit' });
process.exit(status ?? 99);
