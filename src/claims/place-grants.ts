import { posix } from 'node:path';
import type { YamlNode } from '../argdata/yaml.ts';

/** Makes relative paths of files in a document absolute: they start in a folder. */
export function placeGrants(node: YamlNode, folder: string): YamlNode {
  switch (node.kind) {
    case 'seq':
      return { ...node, items: node.items.map((item) => placeGrants(item, folder)) };
    case 'map':
      return {
        ...node,
        entries: node.entries.map(({ key, value }) => ({ key, value: placeGrants(value, folder) })),
      };
    case 'tagged': {
      const { content } = node;
      if (node.tag === 'file' && content.kind === 'map') {
        const entries = content.entries.map(({ key, value }) =>
          key.kind === 'str' && key.value === 'path' && value.kind === 'str'
            ? { key, value: { ...value, value: posix.resolve(folder, value.value) } }
            : { key, value },
        );
        return { ...node, content: { ...content, entries } };
      }
      const placed = placeGrants(content, folder);
      return placed.kind === 'tagged' ? node : { ...node, content: placed };
    }
    default:
      return node;
  }
}
