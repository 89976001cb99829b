import type { Argdata } from '../argdata/value.ts';
import type { Command } from './command.ts';
import type { Mistakes } from './mistake.ts';
import type { Resource } from './resource.ts';

/** A document that was read: its grants, and the mistakes found in it so far. `plan` takes it. */
export class Grants {
  /** A tree whose leaves are resources, or the world of a command. */
  readonly content: Argdata<Resource> | Command;
  readonly mistakes: Mistakes;

  constructor(content: Argdata<Resource> | Command, mistakes: Mistakes) {
    this.content = content;
    this.mistakes = mistakes;
    Object.freeze(this);
  }
}
