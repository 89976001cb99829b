import { Fd, INVALID_FD } from './value.ts';
import { YamlError } from './yaml-error.ts';
import type { YamlTagged } from './yaml-node.ts';

/**
 * The leaf of `!fd NUMBER`, for use with `yamlToArgdata` where nothing is opened: the number is the
 * descriptor's index, not an open descriptor.
 *
 * @throws {YamlError} `bad-tag` for every other tag and for a value that is no such number.
 */
export function fdOfTag({ tag, content, span }: YamlTagged): Fd {
  if (tag !== 'fd') {
    const name = tag.startsWith('tag:') ? `!<${tag}>` : `!${tag}`;
    throw new YamlError('bad-tag', `Tag '${name}' is not known here, only '!fd' is`, span);
  }
  // The C library of CloudABI prints the number in quotes.
  const quoted = content.kind === 'str' && /^[0-9]{1,10}$/.test(content.value);
  const index = content.kind === 'int' ? content.value : quoted ? Number(content.value) : -1;
  if (typeof index !== 'number' || index < 0 || index > INVALID_FD) {
    throw new YamlError('bad-tag', `Tag '!fd' takes a number from 0 to ${INVALID_FD}`, span);
  }
  return new Fd(index);
}
