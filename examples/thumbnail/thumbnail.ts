// A worker with one input, one output and nothing else: reads a picture in the format PPM (P6, 8 bits for each
// colour) and writes one that fits a square, averaging pixels that fall together. An attacker whose picture compromises
// it has gained a process that can read that picture and write that output.
//
//   input: !fd stdin
//   output: !fd stdout
//   size: 64

import { Argdata, exit, program } from 'cloudabi/assemblyscript';

/** Bytes of a picture that are read at most. */
const LARGEST: i32 = 64 << 20;

class Picture {
  constructor(
    readonly width: i32,
    readonly height: i32,
    /** Offset of the first pixel in `bytes`: three of them for each, row by row. */
    readonly start: i32,
    readonly bytes: Uint8Array,
  ) {}
}

/** Takes numbers out of a head: `P6`, then width, height and the largest value, separated by space or comments. */
class Head {
  at: i32 = 2;

  constructor(readonly bytes: Uint8Array) {}

  /** The next number; -1 when there is none of at most 6 digits. */
  number(): i32 {
    const bytes = this.bytes;
    let comment = false;
    while (this.at < bytes.length && (comment || bytes[this.at] <= 0x20 || bytes[this.at] == 0x23)) {
      if (bytes[this.at] == 0x23) comment = true;
      else if (bytes[this.at] == 0x0a) comment = false;
      this.at++;
    }
    let value = 0;
    let digits = 0;
    for (; this.at < bytes.length && bytes[this.at] >= 0x30 && bytes[this.at] <= 0x39; this.at++, digits++) {
      if (digits == 6) return -1;
      value = value * 10 + bytes[this.at] - 0x30;
    }
    return digits == 0 ? -1 : value;
  }
}

function parse(bytes: Uint8Array): Picture | null {
  if (bytes.length < 2 || bytes[0] != 0x50 || bytes[1] != 0x36) return null;
  const head = new Head(bytes);
  const width = head.number();
  const height = head.number();
  const largest = head.number();
  // One character of space ends the head.
  const start = head.at + 1;
  if (width <= 0 || height <= 0 || largest != 255) return null;
  if (<i64>width * height * 3 > <i64>(bytes.length - start)) return null;
  return new Picture(width, height, start, bytes);
}

/** A picture of at most `size` pixels in both directions; each pixel is the mean of those it stands for. */
function shrink(picture: Picture, size: i32): Uint8Array {
  const longer = max(picture.width, picture.height);
  const width = longer <= size ? picture.width : max(1, <i32>((<i64>picture.width * size) / longer));
  const height = longer <= size ? picture.height : max(1, <i32>((<i64>picture.height * size) / longer));
  const head = Uint8Array.wrap(String.UTF8.encode(`P6\n${width} ${height}\n255\n`));
  const result = new Uint8Array(head.length + width * height * 3);
  result.set(head);
  let to = head.length;
  for (let y = 0; y < height; y++) {
    const top = <i32>((<i64>y * picture.height) / height);
    const bottom = max(top + 1, <i32>((<i64>(y + 1) * picture.height) / height));
    for (let x = 0; x < width; x++) {
      const left = <i32>((<i64>x * picture.width) / width);
      const right = max(left + 1, <i32>((<i64>(x + 1) * picture.width) / width));
      const count = <u64>(bottom - top) * (right - left);
      for (let colour = 0; colour < 3; colour++) {
        let sum: u64 = 0;
        for (let row = top; row < bottom; row++) {
          let from = picture.start + (row * picture.width + left) * 3 + colour;
          for (let column = left; column < right; column++, from += 3) sum += picture.bytes[from];
        }
        result[to++] = <u8>((sum + count / 2) / count);
      }
    }
  }
  return result;
}

program((argdata: Argdata): void => {
  const input = argdata.get('input').stream().value;
  const output = argdata.get('output').stream().value;
  const size = argdata.get('size').int<u16>().or(64);
  const picture = parse(input.readAll(LARGEST).value);
  if (picture === null || size == 0) exit(1);
  else output.writeAll(shrink(picture, size)).check();
});
