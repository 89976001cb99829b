import { posix } from 'node:path';
import type { Directory } from 'cloudabi/program';

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** A file of the site, ready to be sent. */
export type Page = { readonly type: string; readonly body: Buffer };

/**
 * Finds the file of a URL's path. There is no check of `..` here: the directory answers for the files beneath it, and
 * nothing else is.
 */
export async function find(site: Directory, path: string): Promise<Page | undefined> {
  const name = path.replace(/^\/+/, '') || 'index.html';
  try {
    return { type: types[posix.extname(name)] ?? 'application/octet-stream', body: await site.read(name) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR' || code === 'ENOTCAPABLE')
      return undefined;
    throw error;
  }
}
