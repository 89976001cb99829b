/** Endings of files that are no programs, by the type of the value that they become when they are imported. */
const assets = {
  text: ['.css', '.csv', '.html', '.md', '.sql', '.svg', '.txt', '.xml', '.yaml', '.yml'],
  binary: [
    '.bin',
    '.dat',
    '.gif',
    '.gz',
    '.ico',
    '.jpeg',
    '.jpg',
    '.otf',
    '.pdf',
    '.png',
    '.ttf',
    '.wasm',
    '.webp',
    '.woff',
    '.woff2',
    '.zip',
  ],
} as const;

/** Loaders of esbuild by the ending of a file. */
export const loader: Readonly<Record<string, 'text' | 'binary' | 'empty'>> = {
  ...Object.fromEntries(assets.text.map((extension) => [extension, 'text' as const])),
  ...Object.fromEntries(assets.binary.map((extension) => [extension, 'binary' as const])),
  '.node': 'empty',
};
