import type { PointSpec } from '#model/driver';
import { quantitySpec } from '#model/quantity';
import type { LimitRule } from '#model/rule';
import type { Zone } from '#model/standard';
import type { Path } from './mistakes.ts';
import type { World } from './world.ts';

export interface CheckedLimits {
  /** In the order of the zones. */
  readonly rules: readonly LimitRule[];
  readonly spec: PointSpec;
  readonly path: Path;
  /** Keys that stand in the site file for this point: a mistake is shown there. */
  readonly given: ReadonlySet<string>;
}

const isLow = (zone: Zone): boolean => zone === 'low-low' || zone === 'low';

/** Limits stand in order, far enough apart for the deadband, and where the instrument can reach them. */
export function checkLimits(limits: CheckedLimits, world: World): void {
  checkOrder(limits, world);
  checkDeadband(limits, world);
  checkReach(limits, world);
}

function checkOrder({ rules, path, given }: CheckedLimits, { mistakes }: World): void {
  rules.forEach((upper, index) => {
    const lower = rules[index - 1];
    if (lower === undefined) return;
    const mayBeEqual = isLow(lower.id) === isLow(upper.id);
    if (lower.limit < upper.limit || (mayBeEqual && lower.limit === upper.limit)) return;
    const zone = given.has(upper.id) ? upper : lower;
    const [low, high] = [`${lower.id} ${lower.limit}`, `${upper.id} ${upper.limit}`];
    mistakes.add(
      given.has(zone.id) ? [...path, zone.id] : path,
      { zh: `${low} 不低于 ${high}`, en: `${low} is not below ${high}` },
      { zh: '应为 low-low ≤ low < high ≤ high-high', en: 'low-low ≤ low < high ≤ high-high' },
    );
  });
}

function checkDeadband({ rules, path, given }: CheckedLimits, { mistakes }: World): void {
  const low = rules.findLast(({ id }) => isLow(id));
  const high = rules.find(({ id }) => !isLow(id));
  if (low === undefined || high === undefined || low.limit >= high.limit) return;
  const span = high.limit - low.limit;
  if (low.deadband < span) return;
  mistakes.add(
    given.has('deadband') ? [...path, 'deadband'] : path,
    {
      zh: `死区 ${low.deadband} 过大，${low.limit} 与 ${high.limit} 之间没有余地`,
      en: `a deadband of ${low.deadband} leaves nothing between ${low.limit} and ${high.limit}`,
    },
    { zh: `应小于 ${span}`, en: `less than ${span}` },
  );
}

function checkReach({ rules, spec, path, given }: CheckedLimits, { mistakes }: World): void {
  const quantity = quantitySpec(spec.quantity);
  const [low, high] = spec.range ?? quantity.range;
  for (const { id, limit } of rules) {
    if (limit >= low && limit <= high) continue;
    mistakes.add(
      given.has(id) ? [...path, id] : path,
      {
        zh: `${spec.key} 的 ${id} ${limit} 超出仪表量程`,
        en: `${id} ${limit} of ${spec.key} is outside what the instrument shows`,
      },
      {
        zh: `量程为 ${low} 到 ${high} ${quantity.symbol}`.trimEnd(),
        en: `it shows ${low} to ${high} ${quantity.symbol}`.trimEnd(),
      },
    );
  }
}
