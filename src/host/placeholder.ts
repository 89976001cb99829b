/** The eight bytes in machine code that stand for what TypeScript fills in (freestanding.h). */
const PLACEHOLDER = Buffer.from(new BigUint64Array([0x1122334455667788n]).buffer);

/** Fills words into machine code in place of its placeholder and the words behind it. */
export function fillIn(code: Buffer, ...words: readonly number[]): void {
  const start = code.indexOf(PLACEHOLDER);
  for (const [index, word] of words.entries()) code.writeBigUInt64LE(BigInt(word), start + 8 * index);
}
