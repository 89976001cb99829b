// Starts a program again and again while the host's files change; run as root in a mount namespace of its own, with an
// /etc that it may change. Prints what the program has read, as JSON.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templatesMade } from '../../../../src/run/linux/templates.ts';
import { shell } from './launching.ts';

const scratch = mkdtempSync(join(tmpdir(), 'cloudabi-repeated-'));

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

/** Reads as a program does that was started a third time. */
async function read(): Promise<string> {
  let out = '';
  for (let start = 0; start < 3; start++) {
    ({ out } = await shell('cat /etc/profile /usr/local/share/*; grep -c /etc/profile /proc/self/mountinfo'));
    await templatesMade();
  }
  return out;
}

try {
  for (const name of ['upper', 'work', 'share']) mkdirSync(join(scratch, name));
  mount('-t', 'tmpfs', 'none', join(scratch, 'share'));
  const layers = join(scratch, 'share');
  for (const name of ['upper', 'work']) mkdirSync(join(layers, name));
  const options = `lowerdir=/etc,upperdir=${layers}/upper,workdir=${layers}/work`;
  mount('-t', 'overlay', 'overlay', '-o', options, '/etc');
  const seen: string[] = [];
  writeFileSync('/etc/profile', 'first\n', { mode: 0o644 });
  seen.push(await read());
  writeFileSync('/etc/profile.new', 'replaced\n', { mode: 0o644 });
  renameSync('/etc/profile.new', '/etc/profile');
  seen.push((await shell('cat /etc/profile')).out, await read());
  const other = join(scratch, 'other');
  writeFileSync(other, 'covered\n', { mode: 0o644 });
  mount('--bind', other, '/etc/profile');
  seen.push((await shell('cat /etc/profile')).out, await read());
  mount('-t', 'tmpfs', 'none', '/usr/local/share');
  writeFileSync('/usr/local/share/beneath', 'beneath\n', { mode: 0o644 });
  seen.push((await shell('cat /usr/local/share/*')).out, await read());
  console.log(JSON.stringify(seen));
} finally {
  spawnSync('umount', ['-l', join(scratch, 'share')]);
  rmSync(scratch, { recursive: true, force: true });
}
