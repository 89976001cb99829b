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

/**
 * Reads a tag that a larger document has beside those of single ones, or in their place. It reports mistakes itself.
 *
 * @param key The key of `!command` that the tag belongs to, `network` within `!network`, `undefined` elsewhere.
 * @returns A resource, or the text or map that stands for the tag where a document takes those.
 */
export type PartReader = (
  written: Written,
  context: ReadContext,
  key: string | undefined,
) => Written | undefined;

/** Options for reading grants that are a part of a larger document. */
export type PartOptions = {
  /** The folder where relative paths in it start; absolute. */
  readonly directory: string;
  /** Collects mistakes. */
  readonly mistakes: Mistakes;
  /** The tags that are read in another way, by name. */
  readonly own: ReadonlyMap<string, PartReader>;
  readonly prepare: PrepareCommand;
};

/** Reads grants that are a part of a larger document, as `readDocument` does. */
export function readPart(node: YamlNode, { directory, mistakes, own, prepare }: PartOptions): Grants {
  return new DocumentReader(directory, mistakes, undefined, own).read(node, prepare);
}

/** Makes the written form of a part without tags of a larger document. */
export function writtenPart(node: YamlNode, directory: string, mistakes: Mistakes): Written {
  return new DocumentReader(directory, mistakes).plain(node);
}

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
  return new DocumentReader(resolve(base), new Mistakes()).read(parseText(text, file), prepare);
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
  return new DocumentReader(directory, mistakes, expand).command(parseText(text, file));
}

/**
 * Parses the text of a document.
 *
 * @throws ConfigurationError when it is no YAML document.
 */
export function parseText(text: string, file: string): YamlNode {
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
  readonly #own: ReadonlyMap<string, PartReader>;
  /** An alias stands for the very resource of its anchor. */
  readonly #known = new Map<YamlTagged, Resource | undefined>();

  constructor(
    directory: string,
    mistakes: Mistakes,
    expand: ExpandText = (text) => text,
    own: ReadonlyMap<string, PartReader> = new Map(),
  ) {
    this.#directory = directory;
    this.#mistakes = mistakes;
    this.#expand = expand;
    this.#own = own;
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

  /** The written form of a part of a document without grants. */
  plain(node: YamlNode): Written {
    return this.#written(node);
  }

  #resource(tagged: YamlTagged): Resource | undefined {
    if (this.#known.has(tagged)) return this.#known.get(tagged);
    const resource = this.#own.has(tagged.tag) ? this.#ownResource(tagged) : this.#usual(tagged);
    this.#known.set(tagged, resource);
    return resource;
  }

  #usual(tagged: YamlTagged): Resource | undefined {
    const read = readers.get(tagged.tag);
    const within = tagged.tag === 'network' ? tagged.tag : undefined;
    const resource = read?.(this.#written(tagged.content, within), this.#context(tagged));
    if (read === undefined)
      this.#mistakes.add(() => wrongTag(tagged.tag, [...this.#own.keys()]), toPosition(tagged.span));
    return resource;
  }

  #ownResource(tagged: YamlTagged): Resource | undefined {
    const written = this.#ownWritten(tagged, undefined);
    if (written?.kind === 'resource') return written.resource;
    if (written !== undefined)
      this.#mistakes.add(`!${tagged.tag} stands for no descriptor here`, toPosition(tagged.span));
    return undefined;
  }

  #ownWritten(tagged: YamlTagged, key: string | undefined): Written | undefined {
    return this.#own.get(tagged.tag)?.(this.#written(tagged.content), this.#context(tagged), key);
  }

  /** @param key The key of `!command` that the node belongs to; `undefined` above these. */
  #written(node: YamlNode, key?: string): Written {
    const position = toPosition(node.span);
    switch (node.kind) {
      case 'tagged': {
        if (key !== undefined && this.#own.has(node.tag))
          return this.#ownWritten(node, key) ?? { kind: 'broken', name: `!${node.tag}`, position };
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

function wrongTag(tag: string, others: readonly string[]): string {
  if (tag === COMMAND_TAG) return 'Tag !command stands for the whole document, so only at its top';
  const all = [...new Set([...tagNames, ...others])];
  const known = all.map((name) => `!${name}`);
  return `Unknown tag ${quote(`!${tag}`)}, expected ${oneOf(known)}${didYouMean(tag, all, '!')}`;
}

/** A place in a document; the excerpt is made when it is asked for. */
export function toPosition(span: YamlSpan): Position {
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
