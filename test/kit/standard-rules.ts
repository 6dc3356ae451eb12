import { isQuantity, type Quantity } from '#model/quantity';
import type { Rule } from '#model/rule';
import type { Ms } from '#model/time';
import { Mistakes } from '../../gateway/config/mistakes.ts';
import { resolveRules } from '../../gateway/config/resolve-limits.ts';
import type { World } from '../../gateway/config/world.ts';

export interface Asked {
  /** `STANDARD/TABLE` */
  readonly use: string;
  /** A quantity, or a key with its quantity. */
  readonly point: string;
  readonly quantity?: Quantity;
  /** Keys of further points of the same quantity. */
  readonly beside?: readonly string[];
  readonly every: Ms;
}

/** What a site that uses the table gets for one point of the device `fridge-1`. */
export function standardRules(
  { use, point, quantity = point as Quantity, beside = [], every }: Asked,
  known: Pick<World, 'standards'>,
): readonly Rule[] {
  if (!isQuantity(quantity)) throw new Error(`${point} is no quantity`);
  const name = { zh: point, en: point };
  const specs = [point, ...beside].map((key) => ({ key, name, quantity }));
  const mistakes = new Mistakes(() => ({ line: 1, column: 1 }));
  const world = { ...known, mistakes, hints: mistakes } as World;
  const rules = resolveRules({ id: 'fridge-1', specs, every, limits: use, path: [] }, world).get(point);
  const [mistake] = mistakes.inOrder();
  if (mistake !== undefined || rules === undefined) throw new Error(mistake?.message.en ?? `no ${point}`);
  return rules;
}
