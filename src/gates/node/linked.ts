/** A program and all that it imports, as one script. */
export type Linked = {
  readonly header: LinkedHeader;
  /** The script in ASCII: an expression whose value is an async function, see `evaluate`. */
  readonly script: Uint8Array;
  /** The code that V8 has made of the script; empty for none. V8 refuses that of another version. */
  readonly code: Uint8Array;
  /** The source map in JSON. */
  readonly map: Uint8Array;
};

/** The facts about a linked program besides its contents. */
export type LinkedHeader = {
  /** The program's file, as stack traces name it: relative to `root`. */
  readonly name: string;
  /** The program's file: absolute, in its folder without symbolic links. */
  readonly path: string;
  /** Everything that it was made of: its own files, and the folders of packages; absolute. */
  readonly sources: readonly string[];
  /** Packages that are loaded before the walls go up. */
  readonly addons: readonly string[];
  /** Folders that these are loaded from, without symbolic links; none without such packages. */
  readonly packages: readonly string[];
  /** Symbolic links called `node_modules` that lead there: their paths and targets. */
  readonly links: readonly (readonly [path: string, target: string])[];
  /** Packages that were left out: they are as if they were not installed. */
  readonly without: readonly string[];
  /** Places that may fail once the program runs. */
  readonly notes: readonly LinkNote[];
};

/** Something about a program that deserves a look. */
export type LinkNote = {
  /** `server.ts:12:5`. */
  readonly place: string;
  readonly message: string;
  /** In a package, not in the program's own files. */
  readonly inPackage: boolean;
};

/** In front of the parts: their four lengths. */
const HEAD = 16;

/** Lays a linked program out in one piece. */
export function packLinked({ header, script, code, map }: Linked): Buffer {
  const parts = [Buffer.from(JSON.stringify(header)), script, code, map];
  const lengths = Buffer.alloc(HEAD);
  parts.forEach((part, index) => {
    lengths.writeUInt32LE(part.length, 4 * index);
  });
  return Buffer.concat([lengths, ...parts]);
}

/**
 * Takes a linked program apart; nothing is copied.
 *
 * Precondition: it was made by this process, its launcher, or one of the same user before (host/files/kept.ts).
 */
export function unpackLinked(bytes: Uint8Array): Linked {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = HEAD;
  const part = (index: number): Buffer => {
    const from = at;
    at += buffer.readUInt32LE(4 * index);
    return buffer.subarray(from, at);
  };
  const header: LinkedHeader = JSON.parse(part(0).toString());
  return { header, script: part(1), code: part(2), map: part(3) };
}
