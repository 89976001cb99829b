import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where peers may be: what `npm ci --prefix bench/peers` has installed, then PATH. */
const places = [join(root, 'bench/peers/node_modules/.bin'), ...(process.env['PATH'] ?? '').split(delimiter)];

/** The executable of a peer; `undefined`, and a word about it on standard error, where it is not installed. */
export function peer(name: string): string | undefined {
  const found = places.map((place) => join(place, name)).find((path) => existsSync(path));
  if (found === undefined) console.error(`Left out, because it is not installed: ${name}`);
  return found;
}
