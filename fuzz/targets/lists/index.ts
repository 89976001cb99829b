import { type Argument, CallList, type Label, type Pointer } from '../../../src/host/processes/call-list.ts';
import { describeList, listToJson } from '../../../src/host/processes/call-list-text.ts';
import { LIST_ADDRESS } from '../../../src/host/processes/launch-stub.ts';
import type { Target } from '../../target.ts';
import { ByteReader } from '../reader.ts';
import { checkList, textAt } from './decode.ts';

/** Numbers at the edges of what a list can hold. */
const NUMBERS = [
  0,
  1,
  -1,
  -100,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53 - 1,
  -(2 ** 31),
  1 - 2 ** 53,
  0o755,
] as const;

const CALLS = ['getpid', 'openat', 'mount', 'write', 'close', 'execveat', 'prctl'] as const;

/** Lists of system calls: bytes say what is added to one. */
export const lists: Target = {
  name: 'lists',
  promise: 'a list of system calls is read back, from its bytes, as the calls that were added',
  words: ['/usr/lib\x1f', 'a\nb\x1f', '\x1b[2J\x1f', '\xff\x1f'],
  maximumLength: 512,
  run(bytes) {
    const reader = new ByteReader(bytes);
    const list = new CallList();
    const labels: Label[] = [list.label(), list.label(), list.label()];
    const pointers: Pointer[] = [list.failed];
    const texts: [Pointer, string][] = [];
    const pointer = (): Pointer => pointers[reader.below(pointers.length)] ?? list.failed;
    const label = (): Label | undefined => labels[reader.below(8)];
    while (!reader.atEnd && list.steps.length < 64) {
      switch (reader.below(7)) {
        case 0:
        case 1: {
          const args = Array.from({ length: reader.below(7) }, (): Argument => {
            const kind = reader.below(4);
            if (kind < 2) return reader.pick(NUMBERS);
            return kind === 2 ? pointer() : { kind: 'slot', at: list.slot('slot').at };
          });
          const result = reader.below(2) === 0 ? undefined : list.slot('result');
          const outcome = { result, onPositive: label(), onZero: label(), onError: label() };
          list.call('step', reader.pick(CALLS), args, outcome);
          break;
        }
        case 2:
          list.compare('compare', reader.pick(NUMBERS), list.slot('left'), {
            onZero: label(),
            onError: label(),
          });
          break;
        case 3: {
          const text = textOf(reader);
          const at = list.text(text);
          texts.push([at, text]);
          pointers.push(at);
          break;
        }
        case 4: {
          const all = [textOf(reader), textOf(reader)];
          pointers.push(list.texts('texts', all));
          for (const text of all) texts.push([list.text(text), text]);
          break;
        }
        case 5:
          pointers.push(list.data('data', [new Uint8Array(8 * reader.below(4)), pointer()]));
          break;
        default: {
          const placed = label();
          if (placed !== undefined) list.place(placed);
        }
      }
    }
    list.call('end', 'exit_group', [0]);
    for (const each of labels)
      if (each.index < 0 || each.index >= list.steps.length) each.index = list.steps.length - 1;
    if (reader.below(2) === 1) list.failAt(labels[0] ?? list.label());
    checkList(list, LIST_ADDRESS);
    const encoded = list.encode(LIST_ADDRESS);
    for (const [at, text] of texts)
      if (textAt(list, encoded, at) !== text) throw new Error(`${JSON.stringify(text)} reads differently`);
    listToJson(list);
    for (const line of describeList(list))
      if (/\p{C}/u.test(line)) throw new Error(`${JSON.stringify(line)} has control characters`);
  },
};

/** A text up to the byte 31; there is no NUL in it. */
function textOf(reader: ByteReader): string {
  const bytes: number[] = [];
  for (let byte = reader.byte(); byte !== 31 && byte !== 0; byte = reader.byte()) bytes.push(byte);
  return Buffer.from(bytes).toString();
}
