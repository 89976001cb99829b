import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registryFolder } from '../control/registry.ts';

/** The command by which desktops open an address (xdg-utils). */
const OPENER = 'xdg-open';

/**
 * Opens an address in the user's browser. The arguments of a process can be read by all users of the machine, so the
 * browser is given a file that leads to the address.
 *
 * @returns The reason why it cannot.
 */
export function openBrowser(url: string): string | undefined {
  if ((process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'] ?? '') === '') return undefined;
  const places = (process.env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const opener = places.map((folder) => join(folder, OPENER)).find((path) => existsSync(path));
  if (opener === undefined) return `There is no '${OPENER}' to open a browser with; open the address by hand`;
  const folder = mkdtempSync(join(registryFolder() ?? tmpdir(), 'studio-'));
  const file = join(folder, 'open.html');
  writeFileSync(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}">\n`, {
    mode: 0o600,
  });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  spawn(opener, [file], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
  return undefined;
}
