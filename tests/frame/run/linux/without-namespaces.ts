// Runs a command on a host that forbids user namespaces to users without capabilities.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const [command = '', ...rest] = process.argv.slice(2);
writeFileSync('/proc/sys/user/max_user_namespaces', '0');
const drop = ['--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', command, ...rest];
process.exit(spawnSync('setpriv', drop, { stdio: 'inherit' }).status ?? 99);
