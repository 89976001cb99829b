import { SLASH, type Token } from './token.ts';

/** A node of a non-deterministic automaton: the patterns of many rules, joined where they begin alike. */
export type AutomatonNode = {
  readonly id: number;
  readonly byByte: Map<number, AutomatonNode>;
  /** Steps by one of some bytes; the key lists them. */
  readonly bySet: Map<string, { readonly bytes: readonly number[]; readonly next: AutomatonNode }>;
  /** The step by any byte but the slash. */
  any: AutomatonNode | undefined;
  /** Nodes that are reached without a byte. */
  readonly free: AutomatonNode[];
  star: AutomatonNode | undefined;
  names: AutomatonNode | undefined;
  /** Steps by a slash to nodes that match all that follows. */
  readonly rests: AutomatonNode[];
  /** A step of a byte to itself: by all bytes but the slash, or by all. */
  readonly loop: 'none' | 'name' | 'all';
  /** Numbers of the rules of patterns that end here. */
  readonly accepts: number[];
  /** The one rule that can be reached from here, or `several`. */
  leadsTo: number | 'several' | undefined;
};

/** An automaton that grows by patterns. */
export class Automaton {
  readonly nodes: AutomatonNode[] = [];
  readonly start: AutomatonNode = this.#make('none');
  readonly #rests = new Map<number, AutomatonNode>();
  readonly #ends = new Map<string, AutomatonNode>();

  /** Adds the texts that a pattern of a rule stands for. */
  add(texts: readonly (readonly Token[])[], rule: number): void {
    for (const tokens of texts) this.#add(tokens, rule, texts.length > 1);
  }

  /**
   * @param joins True if the pattern stands for several texts. What follows a second `**` is then one node for all that
   *   end alike: by themselves they would make a state for every set of them.
   */
  #add(tokens: readonly Token[], rule: number, joins: boolean): void {
    let at = this.start;
    let seen = false;
    this.#lead(at, rule);
    for (const [index, token] of tokens.entries()) {
      if (token.kind === 'rest') at.rests.push(this.#restOf(rule));
      else if (token.kind === 'names' && seen && joins) {
        const key = `${rule} ${JSON.stringify(tokens.slice(index))}`;
        const known = this.#ends.get(key);
        const entry = known ?? this.#lead(this.#make('none'), rule);
        at.free.push(entry);
        if (known !== undefined) return;
        this.#ends.set(key, entry);
        at = this.#step(entry, token, rule);
      } else {
        seen ||= token.kind === 'names';
        at = this.#step(at, token, rule);
      }
    }
    at.accepts.push(rule);
  }

  #make(loop: AutomatonNode['loop']): AutomatonNode {
    const node: AutomatonNode = {
      id: this.nodes.length,
      byByte: new Map(),
      bySet: new Map(),
      any: undefined,
      free: [],
      star: undefined,
      names: undefined,
      rests: [],
      loop,
      accepts: [],
      leadsTo: undefined,
    };
    this.nodes.push(node);
    return node;
  }

  #lead(node: AutomatonNode, rule: number): AutomatonNode {
    node.leadsTo = node.leadsTo === undefined || node.leadsTo === rule ? rule : 'several';
    return node;
  }

  #step(from: AutomatonNode, token: Exclude<Token, { kind: 'rest' }>, rule: number): AutomatonNode {
    switch (token.kind) {
      case 'byte': {
        const next = from.byByte.get(token.byte) ?? this.#make('none');
        from.byByte.set(token.byte, next);
        return this.#lead(next, rule);
      }
      case 'set': {
        const key = token.bytes.join();
        const next = from.bySet.get(key)?.next ?? this.#make('none');
        from.bySet.set(key, { bytes: token.bytes, next });
        return this.#lead(next, rule);
      }
      case 'any':
        from.any ??= this.#make('none');
        return this.#lead(from.any, rule);
      case 'star':
        if (from.star === undefined) {
          from.star = this.#make('name');
          from.free.push(from.star);
        }
        return this.#lead(from.star, rule);
      case 'names':
        return this.#names(from, rule);
    }
  }

  /** Nothing, or names with a slash behind each. The pattern goes on from a node of its own. */
  #names(from: AutomatonNode, rule: number): AutomatonNode {
    if (from.names === undefined) {
      const between = this.#make('none');
      const inside = this.#make('name');
      from.names = this.#make('none');
      from.free.push(between);
      between.free.push(from.names);
      between.any = inside;
      inside.byByte.set(SLASH, between);
    }
    const between = from.free.find(({ free }) => from.names !== undefined && free.includes(from.names));
    if (between?.any !== undefined) this.#lead(this.#lead(between, rule).any ?? between, rule);
    return this.#lead(from.names, rule);
  }

  /** The node that matches all that follows, for a rule. */
  #restOf(rule: number): AutomatonNode {
    let rest = this.#rests.get(rule);
    if (rest === undefined) {
      rest = this.#make('all');
      rest.accepts.push(rule);
      this.#rests.set(rule, this.#lead(rest, rule));
    }
    return rest;
  }
}
