import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import { audit } from '../../gateway/journal/audit/audit.ts';
import { historyPath } from '../../gateway/journal/history-file.ts';
import { type HourRow, sumOfHour, sumOfPoint } from '../../gateway/journal/hour-row.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { type SealedJournal, sealedJournal } from '../kit/sealed-journal.ts';

/*
 * The history is what people see. Somebody who changes it alone, with checksums that fit, is found by the audit: the
 * segments say something else.
 */

let journal: SealedJournal;
let dir: string;
let db: DatabaseSync;

beforeAll(async () => {
  journal = await sealedJournal();
});
afterAll(() => journal.remove());
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-audit-'));
  cpSync(journal.dir, dir, { recursive: true });
  db = new DatabaseSync(historyPath(dir));
  onTestFinished(() => {
    if (db.isOpen) db.close();
    rmSync(dir, { recursive: true });
  });
});

const found = () => {
  db.close();
  const { historyFaultHours, historyFaults } = audit({ dir, log: silentLog });
  return [historyFaultHours, historyFaults] as const;
};

function changeHour(change: Partial<HourRow>): void {
  const row = db.prepare('SELECT * FROM hour ORDER BY key LIMIT 1').get() as unknown as HourRow;
  const { min, mean, max } = { ...row, ...change };
  const sum = sumOfHour({ ...row, ...change });
  db.prepare('UPDATE hour SET min = ?, mean = ?, max = ?, sum = ? WHERE key = ?').run(
    min,
    mean,
    max,
    sum,
    row.key,
  );
}

function changePoint(change: { readonly at?: number; readonly value?: number }): void {
  const row = { ...db.prepare('SELECT * FROM point ORDER BY no LIMIT 1').get(), ...change };
  const sum = sumOfPoint(row as unknown as Parameters<typeof sumOfPoint>[0]);
  const { at, value, no } = row as unknown as { at: number; value: number; no: number };
  db.prepare('UPDATE point SET at = ?, value = ?, sum = ? WHERE no = ?').run(at, value, sum, no);
}

test('an untouched history says what the segments say', () => {
  expect(found()).toEqual([0, []]);
});

test.each<[string, Partial<HourRow>]>([
  ['smallest', { min: -12.5 }],
  ['mean', { mean: -12.5 }],
  ['largest', { max: -12.5 }],
])('a %s value of an hour that its readings do not have is found', (_, change) => {
  changeHour(change);
  expect(found()).toEqual([1, []]);
});

test.each([
  ['value', { value: -12.5 }],
  ['time', { at: Date.UTC(2030, 0, 1) }],
])('a newest reading of another %s is found', (_, change) => {
  changePoint(change);
  expect(found()).toEqual([
    0,
    [expect.stringMatching(/newest reading of d-\d\.t, .* is none that the segments/)],
  ]);
});

test.each([
  [
    'changed',
    `UPDATE event SET body = CAST('{"type":"x","at":1,"by":null,"data":{}}' AS BLOB) WHERE seq = NO`,
  ],
  ['given another time', 'UPDATE event SET at = at + 1 WHERE seq = NO'],
  ['given another type', "UPDATE event SET type = 'x' WHERE seq = NO"],
  ['removed', 'DELETE FROM event WHERE seq = NO'],
  [
    'put in',
    'INSERT INTO event SELECT (SELECT max(seq) FROM event) + 1, at, type, body FROM event WHERE seq = NO',
  ],
])('an event that was %s is found, and the command says so', async (_, sql) => {
  // The first: of the newest the history need not know yet.
  const seq = Number(db.prepare('SELECT min(seq) AS seq FROM event').get()?.['seq']);
  db.exec(sql.replace('NO', String(seq)));
  expect(found()).toEqual([0, [expect.stringMatching(/the event of row \d+ /)]]);
  const command = new HygateProcess(['audit', dir]);
  expect((await command.exited).code).toBe(1);
  expect(command.output).toMatch(/the event of row \d+ [\s\S]*THE LEDGER DOES NOT HOLD/);
});
