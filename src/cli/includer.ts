import type { CommandWords } from '../profiles/command.ts';
import type { Command } from '../resources/command.ts';
import type { CommandOptions } from '../resources/constructors.ts';

/** Puts the named profiles, and others that it knows, below the grants of options. */
export type Includer = (names: readonly string[], options: CommandOptions, words: CommandWords) => Command;
