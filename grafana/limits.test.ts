import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LimitRule } from '#model/rule';
import { isHigh, SEVERITIES, ZONES, type Zone } from '#model/standard';
import { colorAt, limitSteps, NORMAL_COLOR, SEVERITY_COLORS, UNJUDGED_COLOR } from './limits.ts';

const rule = (id: Zone, limit: number, more: Partial<LimitRule> = {}): LimitRule => ({
  ...{ kind: 'limit', id, limit, inclusive: false, deadband: 0, onDelay: 0, offDelay: 0 },
  ...{ severity: 'warning', basis: { document: 'X', certainty: 'E' }, advice: { zh: '', en: '' } },
  ...more,
});

test('what no limit judges is not called normal', () => {
  expect(limitSteps([])).toEqual([{ value: null, color: UNJUDGED_COLOR }]);
});

test('a vaccine fridge is red below freezing, orange beside its span, green inside', () => {
  const steps = limitSteps([
    rule('low-low', -0.5, { inclusive: true, severity: 'critical' }),
    rule('low', 2),
    rule('high', 8),
    rule('high-high', 10, { severity: 'critical' }),
  ]);
  const colors = [-1, -0.5, -0.4, 1.9, 2, 8, 8.1, 10, 10.1].map((value) => colorAt(steps, value));
  expect(colors).toEqual(['red', 'red', 'orange', 'orange', 'green', 'green', 'orange', 'orange', 'red']);
});

test('of two rules with the same limit the one that is raised first gives the colour', () => {
  const soon = rule('high', 8, { onDelay: 300_000 });
  const late = rule('high-high', 8, { onDelay: 36_000_000, severity: 'critical' });
  for (const rules of [
    [soon, late],
    [late, soon],
  ])
    expect(colorAt(limitSteps(rules), 9)).toBe('orange');
});

const zones = fc
  .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 4, maxLength: 4 })
  .map((limits) => limits.sort((a, b) => a - b).map((limit) => limit / 10));
const details = fc.record({
  inclusive: fc.boolean(),
  severity: fc.constantFrom(...SEVERITIES),
  used: fc.boolean(),
});

test('every value has the colour of the outermost limit that it is beyond, and of no limit that it just reaches', () => {
  fc.assert(
    fc.property(
      zones,
      fc.tuple(details, details, details, details),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom(-0.1, 0, 0.1),
      (limits, how, near, off) => {
        const rules = ZONES.flatMap((zone, index) => {
          const { inclusive = false, severity = 'notice', used = false } = how[index] ?? {};
          return used ? [rule(zone, limits[index] ?? 0, { inclusive, severity })] : [];
        });
        const value = Math.round(((limits[near] ?? 0) + off) * 10) / 10;
        const beyond = rules.filter((one) => isBeyond(one, value));
        // Zones stand from the lowest to the highest: the outermost is the first of the low ones, the last of the high.
        const outermost = beyond.find(({ id }) => !isHigh(id)) ?? beyond.at(-1);
        const inside = rules.length === 0 ? UNJUDGED_COLOR : NORMAL_COLOR;
        const wanted = outermost === undefined ? inside : SEVERITY_COLORS[outermost.severity];
        expect(colorAt(limitSteps(rules), value)).toBe(wanted);
      },
    ),
  );
});

const isBeyond = ({ id, limit, inclusive }: LimitRule, value: number): boolean =>
  (inclusive && value === limit) || (isHigh(id) ? value > limit : value < limit);
