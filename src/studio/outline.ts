import { parseYaml, type YamlMap, type YamlNode, yamlEntry } from '../argdata/yaml.ts';
import { PLACES_KEY } from './edits/move.ts';
import type { CanvasArrow, CanvasBox, CanvasPlace, Lines, Outline } from './wire.ts';

/** More than these are not drawn: the checker refuses such a document. */
const MOST_DRAWN = 20_000;

/** Keys of arrows that are its ends. */
const ENDS = ['from', 'to', 'between'];

/**
 * Reads as much of a graph as can be drawn, right or wrong.
 *
 * @throws YamlError when the text is no YAML.
 */
export function outlineOf(text: string): Outline {
  const root = contentOf(parseYaml(text, { file: 'the document' }));
  const lines = new LineIndex(text);
  const places = new Map(
    (mapAt(root, PLACES_KEY)?.entries ?? []).map(({ key, value }) => [textOf(key), placeOf(value)]),
  );
  const boxes = (mapAt(root, 'programs')?.entries ?? [])
    .slice(0, MOST_DRAWN)
    .map(({ key, value }): CanvasBox => {
      const name = textOf(key);
      const grants = value.kind === 'map' ? yamlEntry(value, 'grants')?.value : undefined;
      return {
        name,
        program: textAt(value, 'program'),
        replicas: textAt(value, 'replicas') || '1',
        restart: textAt(value, 'restart') || 'always',
        form: grants?.kind === 'tagged' && grants.tag === 'command' ? 'command' : 'tree',
        place: places.get(name) ?? null,
        lines: lines.of(key, value),
      };
    });
  const ways = (mapAt(root, 'arrows')?.entries ?? [])
    .slice(0, MOST_DRAWN)
    .map(({ key, value }): CanvasArrow => {
      const content = contentOf(value);
      const from = content?.kind === 'map' ? yamlEntry(content, 'from')?.value : undefined;
      const between = content?.kind === 'map' ? yamlEntry(content, 'between')?.value : undefined;
      return {
        name: textOf(key),
        kind: value.kind === 'tagged' ? value.tag : '',
        from: textAt(content, 'from') || null,
        to: textAt(content, 'to') || null,
        between: between?.kind === 'seq' ? between.items.map(textOf) : [],
        clients: value.kind === 'tagged' && value.tag === 'service' ? namesIn(from) : [],
        details: (content?.kind === 'map' ? content.entries : [])
          .filter((entry) => !ENDS.includes(textOf(entry.key)))
          .map((entry) => [textOf(entry.key), textOf(entry.value) || '…'] as const),
        lines: lines.of(key, value),
      };
    });
  return { boxes, ways };
}

/** The programs of one name, a list, or a map from names to limits. */
function namesIn(node: YamlNode | undefined): readonly string[] {
  if (node?.kind === 'seq') return node.items.map(textOf);
  if (node?.kind === 'map') return node.entries.map(({ key }) => textOf(key));
  return textOf(node) === '' ? [] : [textOf(node)];
}

function contentOf(node: YamlNode | undefined): YamlNode | undefined {
  return node?.kind === 'tagged' ? node.content : node;
}

function mapAt(node: YamlNode | undefined, key: string): YamlMap | undefined {
  const found = node?.kind === 'map' ? yamlEntry(node, key)?.value : undefined;
  return found?.kind === 'map' ? found : undefined;
}

function textAt(node: YamlNode | undefined, key: string): string {
  return node?.kind === 'map' ? textOf(yamlEntry(node, key)?.value) : '';
}

function textOf(node: YamlNode | undefined): string {
  if (
    node === undefined ||
    node.kind === 'null' ||
    node.kind === 'map' ||
    node.kind === 'seq' ||
    node.kind === 'tagged'
  )
    return '';
  return String(node.value);
}

function placeOf(value: YamlNode): CanvasPlace | null {
  if (value.kind !== 'seq') return null;
  const [x, y] = value.items.map((item) => Number(textOf(item)));
  return x !== undefined && y !== undefined && Number.isFinite(x + y) ? { x, y } : null;
}

/** Finds the lines of nodes. */
class LineIndex {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  of(key: YamlNode, value: YamlNode): Lines {
    const first = key.span.line;
    const end = Math.max(key.span.end, value.span.end);
    const within = this.#text.slice(key.span.offset, end).trimEnd();
    let last = first;
    for (let at = within.indexOf('\n'); at >= 0; at = within.indexOf('\n', at + 1)) last++;
    return [first, last];
  }
}
