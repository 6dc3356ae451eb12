import { expect, test } from 'vitest';
import type { Entry } from '#model/journal';
import { Ring } from './ring.ts';

const entry = (seq: number): Entry => ({
  kind: 'event',
  seq,
  arrived: 0,
  event: { type: 't', at: 0, by: null, data: {} },
});
const seqs = (entries: readonly Entry[] | undefined) => entries?.map(({ seq }) => seq);

test('gives the rows after a seq, and says when they are no longer all there', () => {
  const ring = new Ring(10_000, 4);
  for (let seq = 5; seq <= 30; seq++) ring.push(entry(seq));
  expect(ring.since).toBeGreaterThan(4);
  expect(seqs(ring.after(ring.since, 3))).toEqual([ring.since + 1, ring.since + 2, ring.since + 3]);
  expect(ring.after(ring.since - 1, 3)).toBeUndefined();
  expect(ring.after(30, 3)).toEqual([]);
});

test('a jump of the seq hides nothing', () => {
  const ring = new Ring(1e6, 4);
  for (const seq of [5, 10_000_006, 10_000_007]) ring.push(entry(seq));
  expect(seqs(ring.after(5, 9))).toEqual([10_000_006, 10_000_007]);
  expect(seqs(ring.after(500, 9))).toEqual([10_000_006, 10_000_007]);
});

test('one row larger than the bound is kept, as its followers are owed it', () => {
  const ring = new Ring(10, 0);
  ring.push(entry(1));
  expect(seqs(ring.after(0, 9))).toEqual([1]);
});
