// Describes each value of its argdata as text, and builds it anew; tests/sdk/assemblyscript-argdata.test.ts
// gives it valid trees and random bytes.
import { Argdata, ArgdataMap, ArgdataSeq, ArgdataType, Descriptor, Errno, program, Stream } from 'cloudabi/assemblyscript';

/** The value built with the functions for building; null where it cannot be read. */
function rebuild(value: Argdata): Argdata | null {
  switch (value.type) {
    case ArgdataType.null_:
      return Argdata.fromNull();
    case ArgdataType.bool: {
      const read = value.bool();
      return read.ok ? Argdata.fromBool(read.value) : null;
    }
    case ArgdataType.int: {
      const signed = value.int();
      if (signed.ok) return Argdata.fromInt<i64>(signed.value);
      const unsigned = value.int<u64>();
      if (unsigned.ok) return Argdata.fromInt<u64>(unsigned.value);
      return signed.error == Errno.range ? Argdata.from(value.bytes) : null;
    }
    case ArgdataType.float: {
      const read = value.float();
      return read.ok ? Argdata.fromFloat(read.value) : null;
    }
    case ArgdataType.str: {
      const read = value.str();
      return read.ok ? Argdata.fromStr(read.value) : null;
    }
    case ArgdataType.binary:
      return Argdata.fromBinary(value.binary().value);
    case ArgdataType.timestamp: {
      const read = value.timestamp();
      if (read.ok) return Argdata.fromTimestamp(read.value);
      return read.error == Errno.range ? Argdata.from(value.bytes) : null;
    }
    case ArgdataType.fd: {
      const read = value.descriptor();
      if (read.ok) return Argdata.fromFd(read.value);
      return read.error == Errno.badf ? Argdata.fromFd(new Descriptor(u32.MAX_VALUE)) : null;
    }
    case ArgdataType.seq: {
      const items = value.items();
      if (!items.ok) return null;
      const seq = new ArgdataSeq();
      for (let index = 0; index < items.value.length; index++) {
        const item = rebuild(items.value[index]);
        if (item === null) return null;
        seq.push(item);
      }
      return seq.build();
    }
    case ArgdataType.map: {
      const entries = value.entries();
      if (!entries.ok) return null;
      const map = new ArgdataMap();
      for (let index = 0; index < entries.value.length; index++) {
        const key = rebuild(entries.value[index].key);
        const part = rebuild(entries.value[index].value);
        if (key === null || part === null) return null;
        map.setKey(key, part);
      }
      return map.build();
    }
    default:
      return null;
  }
}

program((argdata: Argdata): void => {
  const output = new Stream(1);
  const built = rebuild(argdata);
  if (built === null) {
    output.writeText('malformed').check();
    return;
  }
  output.writeText('built ').check();
  output.writeAll(built.bytes).check();
});
