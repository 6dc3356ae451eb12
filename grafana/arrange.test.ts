import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrange } from './arrange.ts';

const sections = fc.array(
  fc.record({
    width: fc.constantFrom(4, 6, 8, 12, 24),
    height: fc.integer({ min: 1, max: 12 }),
    panels: fc.array(fc.constant({ panel: { type: 'text' } as Panel, targets: [] }), { maxLength: 9 }),
    title: fc.constant('x'),
  }),
  { maxLength: 5 },
);

test('no panel lies on another or beside the grid, and each has its own number', () => {
  fc.assert(
    fc.property(sections, (some) => {
      const placed = arrange(some).map(({ id, gridPos }) => ({
        id,
        ...(gridPos ?? { x: 0, y: 0, w: 0, h: 0 }),
      }));
      const cells = placed.flatMap(({ x, y, w, h }) =>
        Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
      );
      expect(new Set(cells).size).toBe(cells.length);
      expect(placed.every(({ x, w }) => x >= 0 && w > 0 && x + w <= 24)).toBe(true);
      expect(new Set(placed.map(({ id }) => id)).size).toBe(placed.length);
      const shown = some.filter(({ panels }) => panels.length > 0);
      expect(placed.length).toBe(shown.reduce((sum, { panels }) => sum + 1 + panels.length, 0));
    }),
  );
});
