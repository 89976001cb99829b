import type { Placement } from '../../requests/credential.ts';
import { settableHeader } from '../../requests/request-words.ts';
import type { SecretSource } from '../../requests/secret.ts';
import { listShape, optionalShape, recordShape, ShapeError, textShape, type WireShape } from '../shape.ts';
import { mapOfWire, type Wire } from '../wire.ts';

/** A secret that goes out with requests: its source, which the launcher reads, and its place. */
export type OriginCredential = { readonly from: SecretSource; readonly placement: Placement };

const LONGEST = 4096;
const MOST_WORDS = 256;
const name = textShape(256);

const sources = recordShape({
  environment: optionalShape(name),
  file: optionalShape(textShape(LONGEST)),
  command: optionalShape(listShape(textShape(LONGEST), MOST_WORDS)),
  as: optionalShape<Wire>({
    words: "'bearer', or a map with one of 'header', 'basic' and 'query'",
    type: 'Wire',
    samples: ['bearer'],
    read: (value) => value,
    write: (value) => value,
  }),
});

const WORDS = "a map with one of 'environment', 'file' and 'command', and where the secret goes, 'as'";

/** The source and the place of a secret. */
export const credentialShape: WireShape<OriginCredential> = {
  words: WORDS,
  type: '{ environment | file | command; as? }',
  samples: [new Map([['environment', 'API_KEY']])],
  read: (value, path) => {
    const { environment, file, command, as } = sources.read(value, path);
    const found: SecretSource[] = [
      ...(environment === undefined ? [] : [{ kind: 'environment', name: environment } as const]),
      ...(file === undefined ? [] : [{ kind: 'file', path: file } as const]),
      ...(command === undefined ? [] : [{ kind: 'command', words: command } as const]),
    ];
    const [from] = found;
    if (from === undefined || found.length > 1 || (from.kind === 'command' && from.words.length === 0))
      throw new ShapeError(path, `expects ${WORDS}`);
    return { from, placement: readPlacement(as ?? 'bearer', [...path, 'as']) };
  },
  write: ({ from, placement }) =>
    new Map<Wire, Wire>([
      from.kind === 'environment'
        ? ['environment', from.name]
        : from.kind === 'file'
          ? ['file', from.path]
          : ['command', [...from.words]],
      ['as', writePlacement(placement)],
    ]),
};

function readPlacement(value: Wire, path: readonly (string | number)[]): Placement {
  if (value === 'bearer') return { kind: 'bearer' };
  const map = mapOfWire(value);
  const [entry] = map ?? [];
  if (map?.size !== 1 || entry === undefined) throw wrongPlace(path);
  const [kind, written] = entry;
  const text = name.read(written, [...path, String(kind)]);
  if (kind === 'query' && text !== '') return { kind, name: text };
  if (kind === 'basic' && !text.includes(':')) return { kind, user: text };
  const header = kind === 'header' ? settableHeader(text) : undefined;
  if (header === undefined) throw wrongPlace(path);
  return { kind: 'header', name: header };
}

function wrongPlace(path: readonly (string | number)[]): ShapeError {
  return new ShapeError(
    path,
    "expects 'bearer', {header: NAME}, {basic: USER} without a colon, or {query: NAME}",
  );
}

function writePlacement(placement: Placement): Wire {
  switch (placement.kind) {
    case 'bearer':
      return 'bearer';
    case 'basic':
      return new Map([['basic', placement.user]]);
    default:
      return new Map([[placement.kind, placement.name]]);
  }
}
