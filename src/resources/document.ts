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
import { COMMAND_TAG, readCommand, readers, tagNames } from './reader.ts';
import type { Resource } from './resource.ts';
import { quote, textIn, type Written, type WrittenScalar } from './written.ts';

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

/** The contents of a `!command` before they are read, and the way to read them. */
export type WrittenCommand = { readonly written: Written; readonly context: ReadContext };

/** Contents that are ready to be read. */
export type PreparedCommand = {
  readonly written: Written;
  /** Absolute paths of further files that they come from. */
  readonly sources: readonly string[];
};

/** Adds to the contents of a `!command` what they include; it reports mistakes in the context. */
export type PrepareCommand = (command: WrittenCommand) => PreparedCommand;

/**
 * Replaces a text of a document.
 *
 * @param key The key of `!command` that it belongs to.
 */
export type ExpandText = (text: string, position: Position, key: string | undefined) => string;

/** Options for reading a document up to its contents. */
export type CommandTextOptions = {
  readonly file: string;
  readonly directory: string;
  readonly expand: ExpandText;
};

/**
 * Reads a YAML document whose tags stand for resources. Nothing is opened. Mistakes in tags are kept for `plan`,
 * which reports them together with those it finds itself.
 *
 * @param prepare Adds profiles to a `!command`; without it, a document includes none.
 * @throws ConfigurationError when the text is no YAML document.
 */
export function readDocument(
  text: string,
  { file = '<stdin>', directory }: DocumentOptions = {},
  prepare: PrepareCommand = ({ written }) => ({ written, sources: [] }),
): Grants {
  const base = directory ?? (file.startsWith('<') ? process.cwd() : dirname(file));
  return new DocumentReader(resolve(base), new Mistakes()).read(parse(text, file), prepare);
}

/**
 * Reads a document that must be a `!command`, up to its contents.
 *
 * @param file Its name in messages.
 * @param directory The folder where relative paths in it start; absolute.
 * @param expand Makes the text that stands for one in the document; it reports mistakes itself.
 * @param mistakes Collects those that are found.
 * @returns `undefined` after a mistake.
 * @throws ConfigurationError when the text is no YAML document.
 */
export function readCommandText(
  text: string,
  { file, directory, expand }: CommandTextOptions,
  mistakes: Mistakes,
): WrittenCommand | undefined {
  return new DocumentReader(directory, mistakes, expand).command(parse(text, file));
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
  readonly #mistakes: Mistakes;
  readonly #expand: ExpandText;
  /** An alias stands for the very resource of its anchor. */
  readonly #known = new Map<YamlTagged, Resource | undefined>();

  constructor(directory: string, mistakes: Mistakes, expand: ExpandText = (text) => text) {
    this.#directory = directory;
    this.#mistakes = mistakes;
    this.#expand = expand;
  }

  read(node: YamlNode, prepare: PrepareCommand): Grants {
    if (node.kind === 'tagged' && node.tag === COMMAND_TAG) {
      const context = this.#context(node);
      const { written, sources } = prepare({ written: this.#written(node.content), context });
      const command = readCommand(written, context);
      return new Grants(command?.readFrom(sources) ?? null, this.#mistakes);
    }
    const tree = yamlToArgdata<Resource>(node, (tagged): Argdata<Resource> => this.#resource(tagged) ?? null);
    return new Grants(tree, this.#mistakes);
  }

  command(node: YamlNode): WrittenCommand | undefined {
    if (node.kind === 'tagged' && node.tag === COMMAND_TAG)
      return { written: this.#written(node.content), context: this.#context(node) };
    this.#mistakes.add('A profile is a document with !command at its top', toPosition(node.span));
    return undefined;
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

  /** @param key The key of `!command` that the node belongs to; `undefined` above these. */
  #written(node: YamlNode, key?: string): Written {
    const position = toPosition(node.span);
    switch (node.kind) {
      case 'tagged': {
        const resource = this.#resource(node);
        if (resource === undefined) return { kind: 'broken', name: `!${node.tag}`, position };
        return { kind: 'resource', resource, position };
      }
      case 'seq':
        return { kind: 'seq', items: node.items.map((item) => this.#written(item, key)), position };
      case 'map': {
        const entries = node.entries.map((entry) => {
          const name = this.#written(entry.key, key);
          return { key: name, value: this.#written(entry.value, key ?? textIn(name)) };
        });
        return { kind: 'map', entries, position };
      }
      default:
        return { kind: 'scalar', value: this.#expanded(node.value, position, key), position };
    }
  }

  #expanded(value: WrittenScalar, position: Position, key: string | undefined): WrittenScalar {
    return typeof value === 'string' ? this.#expand(value, position, key) : value;
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
