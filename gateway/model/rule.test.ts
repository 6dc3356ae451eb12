import { expect, test } from 'vitest';
import type { Quantity } from './quantity.ts';
import { type LimitRule, ruleName } from './rule.ts';
import type { Zone } from './standard.ts';

const limit = (id: Zone, value: number, inclusive = false): LimitRule => ({
  ...{
    kind: 'limit',
    id,
    limit: value,
    inclusive,
    deadband: 0,
    onDelay: 0,
    offDelay: 0,
    severity: 'warning',
  },
  ...{ basis: { document: 'GB 1', certainty: 'S' }, advice: { zh: '', en: '' } },
});

test.each<[LimitRule, Quantity, string, string]>([
  [limit('high', 8), 'temperature', '偏高', 'too high'],
  [limit('high-high', 8), 'temperature', '过高', 'far too high'],
  [limit('low-low', 2), 'temperature', '过低', 'far too low'],
  [limit('high', 1, true), 'door', '开', 'open'],
  [limit('high', 0), 'door', '开', 'open'],
  [limit('low', 1), 'power', '断电', 'lost'],
  [limit('high', 1, true), 'detector-state', '故障 / 自检', 'fault / self-test'],
])('%j of %s is called %s', (rule, quantity, zh, en) => {
  expect(ruleName(rule, quantity)).toEqual({ zh, en });
});

test('silence of a door is silence', () => {
  const { kind: _, limit: __, ...rest } = limit('high', 1);
  expect(ruleName({ ...rest, kind: 'no-data', id: 'no-data', after: 1 }, 'door').zh).toBe('无有效数据');
});
