import { ObjectReader } from './object-reader.ts';

/** The bytes that a module and an object file begin with. */
export const OBJECT_START: Buffer = Buffer.from('\0asm\x01\0\0\0', 'latin1');

/** The number of a section that has a name, behind which its content stands (WebAssembly core specification, 5.5.3). */
export const CUSTOM = 0;

/** A section of an object file. */
export type ObjectSection = { readonly id: number; readonly bytes: Buffer };

/** Reads the sections of an object file in their order. @throws RangeError when it is damaged */
export function readObjectSections(object: Buffer): ObjectSection[] {
  const reader = new ObjectReader(object, OBJECT_START.length);
  const sections: ObjectSection[] = [];
  while (!reader.atEnd) {
    const id = reader.byte();
    sections.push({ id, bytes: reader.part(reader.number()).whole });
  }
  return sections;
}

/** The name of a section with one. @throws RangeError when it is damaged */
export function nameOfSection(bytes: Buffer): string {
  return new ObjectReader(bytes).name();
}

/** Tells whether a section is `linking`, which has the symbols. @throws RangeError when it is damaged */
export function isLinking({ id, bytes }: ObjectSection): boolean {
  return id === CUSTOM && nameOfSection(bytes) === 'linking';
}

/** Reads the parts of the section `linking`, behind its name and version. @throws RangeError when it is damaged */
export function partsOfLinking(section: Buffer): { readonly type: number; readonly bytes: Buffer }[] {
  const reader = new ObjectReader(section);
  reader.name();
  reader.number();
  const parts: { type: number; bytes: Buffer }[] = [];
  while (!reader.atEnd) {
    const type = reader.byte();
    parts.push({ type, bytes: reader.part(reader.number()).whole });
  }
  return parts;
}
