import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHAIN_START, chainHash, type StoredRow } from './chain.ts';
import { ChainCheck } from './chain-check.ts';

const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 12 });

function chained(contents: readonly Uint8Array[]): StoredRow[] {
  let hash = CHAIN_START;
  return contents.map((body, index) => {
    const row = { seq: index + 1, arrived: 1_000 + index, kind: 1, count: 1, body };
    hash = chainHash(hash, row);
    return { ...row, hash };
  });
}

function judge(rows: readonly StoredRow[], links: readonly Uint8Array[] = [CHAIN_START]): number[] {
  const check = new ChainCheck(links);
  const judged = [...rows.flatMap((row) => check.judge(row)), ...check.lost()];
  expect(judged.map(({ row }) => row.seq)).toEqual(rows.map(({ seq }) => seq));
  return judged.filter(({ proven }) => proven).map(({ row }) => row.seq);
}

const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
const all = (rows: readonly StoredRow[]): number[] => rows.map(({ seq }) => seq);

test('rows as they were written are all proven', () => {
  fc.assert(
    fc.property(bodies, (contents) => {
      expect(judge(chained(contents))).toEqual(all(chained(contents)));
    }),
  );
});

test('of a changed body, arrival or seq that row alone is not proven', () => {
  const change = fc.constantFrom<(row: StoredRow) => StoredRow>(
    (row) => ({ ...row, body: flipped(row.body) }),
    (row) => ({ ...row, arrived: row.arrived + 1 }),
    (row) => ({ ...row, kind: 2 }),
  );
  fc.assert(
    fc.property(bodies, fc.nat(), change, (contents, place, harm) => {
      const rows = chained(contents);
      const at = place % rows.length;
      const harmed = rows.map((row, index) => (index === at ? harm(row) : row));
      expect(judge(harmed)).toEqual(all(rows).filter((seq) => seq !== at + 1));
    }),
  );
});

test('a row whose hash alone was changed is proven by the row after it; the last has none', () => {
  fc.assert(
    fc.property(bodies, fc.nat(), (contents, place) => {
      const rows = chained(contents);
      const at = place % rows.length;
      const harmed = rows.map((row, index) => (index === at ? { ...row, hash: flipped(row.hash) } : row));
      const expected = at === rows.length - 1 ? all(rows).slice(0, -1) : all(rows);
      expect(judge(harmed)).toEqual(expected);
    }),
  );
});

test('behind a row that is missing, the next is not proven and those after it are', () => {
  fc.assert(
    fc.property(bodies, fc.nat(), (contents, place) => {
      const rows = chained(contents);
      const at = place % rows.length;
      const left = rows.filter((_, index) => index !== at);
      expect(judge(left)).toEqual(all(left).filter((seq) => seq !== at + 2));
    }),
  );
});

test('a row moved to another place, or put in twice, is not proven there', () => {
  const rows = chained([1, 2, 3, 4, 5].map((n) => new Uint8Array([n])));
  const [a, b, c, d, e] = rows as [StoredRow, StoredRow, StoredRow, StoredRow, StoredRow];
  expect(judge([a, c, b, d, e])).toEqual([1, 5]);
  expect(judge([a, b, b, c, d, e])).toEqual([1, 2, 3, 4, 5]);
});

test('with nothing known of what stands before, the first row is not proven', () => {
  const rows = chained([1, 2, 3].map((n) => new Uint8Array([n])));
  expect(judge(rows, [])).toEqual([2, 3]);
});
