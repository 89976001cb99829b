import { crc32, deflateSync, inflateSync } from './zlib.ts';

/** An image with 4 bytes for each point: red, green, blue, opacity. */
export type Image = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Bytes per point for each colour type with 8 bits a channel (PNG specification, 11.2.2). */
const channels: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);

/** Larger images are refused before anything is unpacked. */
const MOST_PIXELS = 64 * 1024 * 1024;

/**
 * Reads a PNG of 8 bits a channel, without palette and interlacing.
 *
 * @throws Error for anything else.
 */
export function decode(bytes: Buffer): Image {
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('This is no PNG');
  let header: { width: number; height: number; channels: number } | undefined;
  const data: Buffer[] = [];
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = readHeader(chunk);
    else if (type === 'IDAT') data.push(chunk);
    else if (type === 'IEND') break;
    at += 12 + length;
  }
  if (header === undefined) throw new Error('This PNG has no header');
  const { width, height } = header;
  const lines = height * (1 + width * header.channels);
  const raw = inflateSync(Buffer.concat(data), { maxOutputLength: lines });
  if (raw.length !== lines) throw new Error('This PNG ends early');
  return { width, height, pixels: toPixels(unfilter(raw, width, height, header.channels), header.channels) };
}

function readHeader(chunk: Buffer): { width: number; height: number; channels: number } {
  const width = chunk.readUInt32BE(0);
  const height = chunk.readUInt32BE(4);
  const count = channels.get(chunk.readUInt8(9));
  if (width === 0 || height === 0 || width * height > MOST_PIXELS) throw new Error('This PNG is too large');
  if (chunk.readUInt8(8) !== 8 || count === undefined || chunk.readUInt8(12) !== 0)
    throw new Error('This kind of PNG is not supported');
  return { width, height, channels: count };
}

/** Undoes the filters that make lines easier to pack (PNG specification, 9). */
function unfilter(raw: Buffer, width: number, height: number, bytesPerPixel: number): Uint8Array {
  const stride = width * bytesPerPixel;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= bytesPerPixel ? (out[at - bytesPerPixel] ?? 0) : 0;
      const above = y > 0 ? (out[at - stride] ?? 0) : 0;
      const corner = x >= bytesPerPixel && y > 0 ? (out[at - stride - bytesPerPixel] ?? 0) : 0;
      const value = raw[y * (stride + 1) + 1 + x] ?? 0;
      out[at] = value + predict(filter, left, above, corner);
    }
  }
  return out;
}

function predict(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4: {
      const guess = left + above - corner;
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
      return a <= b && a <= c ? left : b <= c ? above : corner;
    }
    default:
      return 0;
  }
}

function toPixels(bytes: Uint8Array, count: number): Uint8Array {
  const pixels = new Uint8Array((bytes.length / count) * 4);
  for (let point = 0; point * 4 < pixels.length; point++) {
    const at = point * count;
    const grey = count < 3;
    const opaque = count % 2 === 1;
    pixels[point * 4] = bytes[at] ?? 0;
    pixels[point * 4 + 1] = bytes[grey ? at : at + 1] ?? 0;
    pixels[point * 4 + 2] = bytes[grey ? at : at + 2] ?? 0;
    pixels[point * 4 + 3] = opaque ? 255 : (bytes[at + count - 1] ?? 0);
  }
  return pixels;
}

/** Writes an image as a PNG. */
export function encode({ width, height, pixels }: Image): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  header.writeUInt8(6, 9);
  const raw = Buffer.alloc(height * (1 + width * 4));
  for (let y = 0; y < height; y++)
    raw.set(pixels.subarray(y * width * 4, (y + 1) * width * 4), y * (1 + width * 4) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
