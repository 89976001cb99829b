import { dirname, resolve } from 'node:path';
import type { Argdata } from '../argdata/value.ts';
import {
  parseYaml,
  YamlError,
  type YamlNode,
  type YamlSpan,
  type YamlTagged,
  yamlToArgdata,
} from '../argdata/yaml.ts';
import { didYouMean } from '../text/suggest.ts';
import type { ReadContext } from './fields.ts';
import { oneOf } from './fields.ts';
import { Grants } from './grants.ts';
import { ConfigurationError, Mistakes } from './mistake.ts';
import type { Position } from './position.ts';
import { COMMAND_TAG, type Command, readCommand, readers, tagNames } from './reader.ts';
import type { Resource } from './resource.ts';
import { quote, type Written } from './written.ts';

/*
 * YAML becomes grants here and nowhere else: importing this file loads the parser.
 */

/** Options for reading a document. */
export type DocumentOptions = {
  /** Its name in messages: its path, or a name such as `<stdin>`, which is the default. */
  readonly file?: string;
  /**
   * The folder where relative paths in it start; by default the folder of `file`, of `<stdin>` the working directory.
   */
  readonly directory?: string;
};

/**
 * Reads a YAML document whose tags stand for resources. Nothing is opened. Mistakes in tags are kept for `plan`,
 * which reports them together with those it finds itself.
 *
 * @throws ConfigurationError when the text is no YAML document.
 */
export function readGrants(text: string, { file = '<stdin>', directory }: DocumentOptions = {}): Grants {
  const base = directory ?? (file.startsWith('<') ? process.cwd() : dirname(file));
  return new DocumentReader(resolve(base)).read(parse(text, file));
}

function parse(text: string, file: string): YamlNode {
  try {
    return parseYaml(text, { file });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new ConfigurationError([{ message: error.message, position: toPosition(error.span), place: '' }]);
  }
}

class DocumentReader {
  readonly #directory: string;
  readonly #mistakes = new Mistakes();
  /** An alias stands for the very resource of its anchor. */
  readonly #known = new Map<YamlTagged, Resource | undefined>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  read(node: YamlNode): Grants {
    if (node.kind === 'tagged' && node.tag === COMMAND_TAG) {
      const command: Command | undefined = readCommand(this.#written(node.content), this.#context(node));
      return new Grants(command ?? null, this.#mistakes);
    }
    const tree = yamlToArgdata<Resource>(node, (tagged): Argdata<Resource> => this.#resource(tagged) ?? null);
    return new Grants(tree, this.#mistakes);
  }

  #context(tagged: YamlTagged): ReadContext {
    return {
      subject: `!${tagged.tag}`,
      spelling: 'document',
      directory: this.#directory,
      mistakes: this.#mistakes,
      position: toPosition(tagged.span),
    };
  }

  #resource(tagged: YamlTagged): Resource | undefined {
    if (this.#known.has(tagged)) return this.#known.get(tagged);
    const read = readers.get(tagged.tag);
    const resource = read?.(this.#written(tagged.content), this.#context(tagged));
    if (read === undefined) this.#mistakes.add(() => wrongTag(tagged.tag), toPosition(tagged.span));
    this.#known.set(tagged, resource);
    return resource;
  }

  #written(node: YamlNode): Written {
    const position = toPosition(node.span);
    switch (node.kind) {
      case 'tagged': {
        const resource = this.#resource(node);
        if (resource === undefined) return { kind: 'broken', name: `!${node.tag}`, position };
        return { kind: 'resource', resource, position };
      }
      case 'seq':
        return { kind: 'seq', items: node.items.map((item) => this.#written(item)), position };
      case 'map': {
        const entries = node.entries.map(({ key, value }) => ({
          key: this.#written(key),
          value: this.#written(value),
        }));
        return { kind: 'map', entries, position };
      }
      default:
        return { kind: 'scalar', value: node.value, position };
    }
  }
}

function wrongTag(tag: string): string {
  if (tag === COMMAND_TAG) return 'Tag !command stands for the whole document, so only at its top';
  const known = tagNames.map((name) => `!${name}`);
  return `Unknown tag ${quote(`!${tag}`)}, expected ${oneOf(known)}${didYouMean(tag, tagNames, '!')}`;
}

/** A place in a document; the excerpt is made when it is asked for. */
function toPosition(span: YamlSpan): Position {
  return {
    file: span.source.file,
    line: span.line,
    column: span.column,
    get excerpt(): string {
      const text = new YamlError('syntax', '', span).format();
      return text.slice(text.indexOf('\n') + 1);
    },
  };
}
