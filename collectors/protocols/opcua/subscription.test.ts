import fc from 'fast-check';
import { expect, test } from 'vitest';
import { publishingOf, queueOf } from './subscription.ts';

test('a publish comes between twice a second and once a second, and its queue holds two of them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), (sampling) => {
      const publishing = publishingOf(sampling);
      expect(publishing).toBeGreaterThanOrEqual(500);
      expect(publishing).toBeLessThanOrEqual(1000);
      expect(queueOf(publishing, sampling)).toBeGreaterThan((2 * publishing) / sampling);
    }),
  );
});
