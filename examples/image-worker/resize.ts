import { type File, file, program } from 'cloudabi/program';
import * as z from 'zod';
import { decode, encode, type Image } from './png.ts';

const schema = z.object({
  input: z.custom<File>(file().is, file().expected),
  output: z.custom<File>(file().is, file().expected),
  width: z.int().min(1).max(4096),
});

/** Reads a picture, scales it to a width, and writes it: it can do nothing else, even if the picture compromises it. */
export default program({ schema }, async ({ input, output, width }) => {
  const image = decode(await input.readFile());
  await output.truncate();
  await output.writeFile(encode(resize(image, width)));
});

/** Averages the points that fall into each point of the result. */
export function resize(image: Image, width: number): Image {
  const height = Math.max(1, Math.round((image.height * width) / image.width));
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = span(y, height, image.height);
    for (let x = 0; x < width; x++) {
      const [left, right] = span(x, width, image.width);
      for (let channel = 0; channel < 4; channel++) {
        let sum = 0;
        for (let row = top; row < bottom; row++)
          for (let column = left; column < right; column++)
            sum += image.pixels[(row * image.width + column) * 4 + channel] ?? 0;
        pixels[(y * width + x) * 4 + channel] = Math.round(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return { width, height, pixels };
}

function span(at: number, count: number, original: number): [number, number] {
  const start = Math.floor((at * original) / count);
  return [start, Math.max(start + 1, Math.floor(((at + 1) * original) / count))];
}
