import { Argdata } from './argdata';
import { lengthSize, Tag, writeSubfield } from './argdata-encoding';

/** Makes a value out of parts. */
function assemble(tag: Tag, parts: Uint8Array[]): Argdata {
  let size = 1;
  for (let index = 0; index < parts.length; index++) size += lengthSize(parts[index].length) + parts[index].length;
  const bytes = new Uint8Array(size);
  bytes[0] = <u8>tag;
  let at = 1;
  for (let index = 0; index < parts.length; index++) at = writeSubfield(bytes, at, parts[index]);
  return Argdata.from(bytes);
}

/** Makes a map: `new ArgdataMap().set('limit', Argdata.fromInt<i32>(64)).build()`. */
export class ArgdataMap {
  private readonly parts: Uint8Array[] = [];

  /** Adds an entry with a text for a key, or replaces the one there is. */
  set(key: string, value: Argdata): ArgdataMap {
    return this.setKey(Argdata.fromStr(key), value);
  }

  /** Adds an entry with any value for a key, or replaces the one there is. */
  setKey(key: Argdata, value: Argdata): ArgdataMap {
    const name = key.bytes;
    const parts = this.parts;
    for (let index = 0; index < parts.length; index += 2) {
      const other = parts[index];
      if (other.length != name.length || memory.compare(other.dataStart, name.dataStart, name.length) != 0) continue;
      parts[index + 1] = value.bytes;
      return this;
    }
    parts.push(name);
    parts.push(value.bytes);
    return this;
  }

  /** The map of the entries up to now. */
  build(): Argdata {
    return assemble(Tag.map, this.parts);
  }
}

/** Makes a sequence: `new ArgdataSeq().push(Argdata.fromFd(output)).build()`. */
export class ArgdataSeq {
  private readonly parts: Uint8Array[] = [];

  push(value: Argdata): ArgdataSeq {
    this.parts.push(value.bytes);
    return this;
  }

  /** The sequence of the values up to now. */
  build(): Argdata {
    return assemble(Tag.seq, this.parts);
  }
}
