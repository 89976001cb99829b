/** Object files under their names, as one piece of bytes: a header as JSON behind its length, then the files. */
export type ObjectBundle = ReadonlyMap<string, Uint8Array>;

const PREFIX = 4;

/** Packs object files. */
export function packObjects(objects: ObjectBundle): Buffer {
  const head = Buffer.from(JSON.stringify([...objects].map(([name, bytes]) => [name, bytes.length])));
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32LE(head.length);
  return Buffer.concat([prefix, head, ...objects.values()]);
}

/** Unpacks them. Precondition: the bytes are those that `packObjects` has made. */
export function unpackObjects(bytes: Buffer): ObjectBundle {
  const length = bytes.readUInt32LE(0);
  const head: unknown = JSON.parse(bytes.toString('utf8', PREFIX, PREFIX + length));
  const objects = new Map<string, Uint8Array>();
  if (!Array.isArray(head)) return objects;
  let at = PREFIX + length;
  for (const [name, size] of head) {
    objects.set(String(name), bytes.subarray(at, at + Number(size)));
    at += Number(size);
  }
  return objects;
}
