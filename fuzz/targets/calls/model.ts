import type { Call, CallNeed } from '../../../src/abi/call.ts';
import { Rights } from '../../../src/abi/generated/constants.ts';
import { CAPACITY, type DescriptorTable } from '../../../src/kernel/descriptors.ts';
import { fromAbi, type RightsSet } from '../../../src/kernel/rights.ts';

/** The rights of one descriptor, both sets. */
type Held = { readonly grant: number; readonly base: RightsSet; readonly inheriting: RightsSet };

const bits: ReadonlyMap<string, bigint> = new Map(Object.entries(Rights));

/** Number of descriptors that the model looks at: sequences are too short to make more. */
const LOOKED_AT = Math.min(64, CAPACITY);

function held(table: DescriptorTable, descriptor: number): Held | undefined {
  if (!table.isOpen(descriptor)) return undefined;
  return {
    grant: table.grant(descriptor),
    base: { low: table.baseLow(descriptor), high: table.baseHigh(descriptor) },
    inheriting: { low: table.inheritingLow(descriptor), high: table.inheritingHigh(descriptor) },
  };
}

const within = (a: RightsSet, b: RightsSet): boolean => (a.low & ~b.low) === 0 && (a.high & ~b.high) === 0;

const union = (a: RightsSet, b: RightsSet): RightsSet => ({ low: a.low | b.low, high: a.high | b.high });

/**
 * Promises that hold for all calls of a program, in their simplest form: a call that needs a right according to the
 * specification fails without it, and no descriptor of a grant ever has a right that the grant did not have.
 */
export class Model {
  readonly #table: DescriptorTable;
  /** All rights that each grant brought. */
  readonly #granted = new Map<number, RightsSet>();

  constructor(table: DescriptorTable) {
    this.#table = table;
    for (let descriptor = 0; descriptor < LOOKED_AT; descriptor++) {
      const rights = held(table, descriptor);
      if (rights !== undefined) this.#granted.set(rights.grant, union(rights.base, rights.inheriting));
    }
  }

  /** Returns the reason for which a call must fail; `undefined` when the model has none. */
  refusal(call: Call, argument: (name: string) => number | undefined): string | undefined {
    for (const need of call.needs) {
      if (need.when !== undefined || need.unless !== undefined || need.set !== 'base') continue;
      const descriptor = argument(need.descriptor);
      const rights = descriptor === undefined ? undefined : held(this.#table, descriptor);
      if (rights !== undefined && !satisfied(need, rights.base))
        return `descriptor ${descriptor} lacks ${need.rights.join(' and ')}`;
    }
    return undefined;
  }

  /** @throws if a descriptor has rights that its grant did not bring. */
  check(): void {
    for (let descriptor = 0; descriptor < LOOKED_AT; descriptor++) {
      const rights = held(this.#table, descriptor);
      const ceiling = rights === undefined ? undefined : this.#granted.get(rights.grant);
      if (rights === undefined || ceiling === undefined) continue;
      if (within(rights.base, ceiling) && within(rights.inheriting, ceiling)) continue;
      throw new Error(`Descriptor ${descriptor} has rights that grant ${rights.grant} did not bring`);
    }
  }
}

function satisfied({ rights, quantity }: CallNeed, base: RightsSet): boolean {
  const has = (name: string): boolean => {
    const { low, high } = fromAbi(bits.get(name) ?? 0n);
    // One part is enough of a right that the kernel divides.
    return (base.low & low) !== 0 || (base.high & high) !== 0;
  };
  return quantity === 'all' ? rights.every(has) : rights.some(has);
}
