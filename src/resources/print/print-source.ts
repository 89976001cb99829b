import type { SecretSource } from '../../requests/secret.ts';
import type { YamlPart } from './yaml-part.ts';

/** Makes the key of the source of a secret, as a document has it. */
export function partsOfSource(from: SecretSource): Readonly<Record<string, YamlPart>> {
  switch (from.kind) {
    case 'environment':
      return { environment: from.name };
    case 'file':
      return { file: from.path };
    case 'command':
      return { command: from.words };
  }
}
