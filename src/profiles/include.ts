import { dirname } from 'node:path';
import {
  type ExpandText,
  type PreparedCommand,
  readCommandText,
  type WrittenCommand,
} from '../resources/document.ts';
import type { ReadContext } from '../resources/fields.ts';
import { ConfigurationError, type Mistakes } from '../resources/mistake.ts';
import type { Position } from '../resources/position.ts';
import { spell } from '../resources/spelling.ts';
import { nameWritten, quote, textIn, type Written } from '../resources/written.ts';
import { entriesByName, toMap, type WrittenEntries } from './contents.ts';
import { expandRule, expandText, isAboutNothing } from './expand.ts';
import { findProfile, type ProfileText } from './find.ts';
import { mergeContents } from './merge.ts';
import { withOwnPaths } from './own-paths.ts';

/** The key of rules, in which each word can begin with a placeholder. */
const RULES = 'rules';

/** The key that names profiles. */
const INCLUDE = 'include';

/** Profiles that include others do so this often at most. */
const MAX_DEPTH = 8;

/** Profiles that a document has at most, through others too. */
const MAX_PROFILES = 64;

/** Keys that belong to one program or one start, and not to a set of grants. */
const NOT_IN_PROFILES: readonly string[] = [
  'arguments',
  'stdin',
  'stdout',
  'stderr',
  'descriptors',
  'listen_fds',
  'terminal',
  'working_directory',
  'user',
  'show_user',
];

/** A text that counts like a profile, and where it lies: a project file that was read already. */
export type GivenProfile = ProfileText & {
  /** Keys of `NOT_IN_PROFILES` that it may have. */
  readonly mayHave: readonly string[];
};

/** Options for including profiles. */
export type IncludeOptions = {
  /** The directory that `${project}` stands for; by default that of the document. */
  readonly project?: string;
  /** A profile beside those that are named. */
  readonly given?: GivenProfile;
  /** Called with `given` and each profile that it includes, as they were read. */
  readonly onRead?: (profile: ProfileText) => void;
};

/** Puts the profiles that a `!command` includes below its own grants. */
export function includeProfiles(command: WrittenCommand, options: IncludeOptions = {}): PreparedCommand {
  const { written, context } = command;
  const own = entriesByName(written, 'keys');
  if (!own.has(INCLUDE) && options.given === undefined) return { written, sources: [] };
  const reader = new ProfileReader(options.project ?? context.directory, context, options.onRead);
  const included = reader.contentsOf(own.get(INCLUDE)?.value, context.directory, options.given);
  const merged = new Map(mergeContents(own, included, 'first counts', context.mistakes));
  merged.delete(INCLUDE);
  return { written: toMap(merged, written.position), sources: reader.sources };
}

class ProfileReader {
  readonly #project: string;
  readonly #mistakes: Mistakes;
  /** The place of included profiles in the document, for mistakes. */
  readonly #place: string;
  readonly #onRead: (profile: ProfileText) => void;
  /** A profile that is included twice counts once. */
  readonly #known = new Map<string, WrittenEntries>();
  readonly #way: string[] = [];
  #withinGiven = false;

  constructor(
    project: string,
    { mistakes, spelling }: ReadContext,
    onRead: (profile: ProfileText) => void = () => undefined,
  ) {
    this.#project = project;
    this.#mistakes = mistakes;
    this.#place = spell(INCLUDE, spelling);
    this.#onRead = onRead;
  }

  /** Absolute paths of all that was read. */
  get sources(): readonly string[] {
    return [...this.#known.keys()];
  }

  contentsOf(written: Written | undefined, directory: string, given?: GivenProfile): WrittenEntries {
    let merged: WrittenEntries = new Map();
    if (given !== undefined) {
      this.#withinGiven = true;
      merged = this.#contents(given, undefined);
      this.#withinGiven = false;
    }
    for (const item of this.#names(written)) {
      const name = textIn(item);
      if (name === undefined) continue;
      const found = findProfile(name, directory);
      if (typeof found === 'string') this.#mistakes.add(found, item.position, this.#place);
      else merged = mergeContents(merged, this.#contents(found, item.position), 'equal', this.#mistakes);
    }
    return merged;
  }

  #names(written: Written | undefined): readonly Written[] {
    if (written === undefined) return [];
    const items = written.kind === 'seq' ? written.items : [written];
    for (const item of items)
      if (textIn(item) === undefined && item.kind !== 'broken')
        this.#mistakes.add(
          `Key '${INCLUDE}' expects the name or path of a profile, or a list of them, not ${nameWritten(item)}`,
          item.position,
        );
    return items;
  }

  #contents(profile: ProfileText | GivenProfile, position: Position | undefined): WrittenEntries {
    const { path, shown } = profile;
    const refuse = (reason: string): WrittenEntries => {
      this.#mistakes.add(`Profile ${quote(shown)} ${reason}`, position, this.#place);
      return new Map();
    };
    if (this.#way.includes(path)) return refuse('includes itself');
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    if (this.#way.length === MAX_DEPTH) return refuse('is the ninth of profiles that include each other');
    if (this.#known.size + this.#way.length >= MAX_PROFILES)
      return refuse(`is one too many: a document has at most ${MAX_PROFILES}`);
    this.#way.push(path);
    if (this.#withinGiven) this.#onRead(profile);
    try {
      const contents = this.#read(profile, position);
      this.#known.set(path, contents);
      return contents;
    } finally {
      this.#way.pop();
    }
  }

  #read(profile: ProfileText | GivenProfile, position: Position | undefined): WrittenEntries {
    const { text, path, shown } = profile;
    const directory = dirname(path);
    // Messages about a document show parts of it, and a file that is named in the place of a profile may hold secrets.
    if (!/^!command(?:\s|$)/m.test(text)) {
      this.#mistakes.add(
        `Profile ${quote(shown)} is no document with !command at its top`,
        position,
        this.#place,
      );
      return new Map();
    }
    let found: WrittenCommand | undefined;
    try {
      const where = { project: this.#project, mistakes: this.#mistakes };
      const expand: ExpandText = (value, position, key) =>
        key === RULES ? expandRule(value, position, where) : expandText(value, position, where);
      found = readCommandText(text, { file: shown, directory, expand }, this.#mistakes);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const { message, position, place } of error.mistakes) this.#mistakes.add(message, position, place);
    }
    if (found === undefined) return new Map();
    const own = new Map(entriesByName(withOwnPaths(found.written, directory), 'keys'));
    const rules = own.get(RULES);
    if (rules?.value.kind === 'seq') {
      const items = rules.value.items.filter((item) => !isAboutNothing(textIn(item) ?? ''));
      own.set(RULES, { key: rules.key, value: { ...rules.value, items } });
    }
    const mayHave = 'mayHave' in profile ? profile.mayHave : [];
    for (const key of NOT_IN_PROFILES) {
      const entry = own.get(key);
      if (entry === undefined || mayHave.includes(key)) continue;
      this.#mistakes.add(
        `A profile has no key '${key}', which belongs to one start of a program`,
        entry.key.position,
      );
      own.delete(key);
    }
    const included = this.contentsOf(own.get(INCLUDE)?.value, directory);
    own.delete(INCLUDE);
    return mergeContents(own, included, 'first counts', this.#mistakes);
  }
}
