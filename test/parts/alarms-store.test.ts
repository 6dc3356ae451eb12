import { mkdir, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HOUR } from '#model/time';
import type { AlarmEngine } from '../../alerts/engine/engine.ts';
import { alarmEngine, alarmFile, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite, limitRule } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';

const atOnce = alarmSite({ rules: [limitRule({ onDelay: 0 })] });

let file: string;
let remove: () => Promise<void>;
let journal: MemoryJournal;

beforeEach(async () => {
  ({ file, remove } = await alarmFile());
  journal = new MemoryJournal();
});
afterEach(() => remove());

const lasting = (engine: AlarmEngine) =>
  engine.open().flatMap(({ rule, clearedAt }) => (clearedAt === null ? [rule.id] : []));

test('a store of a newer version is not touched', async () => {
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 99');
  db.close();
  const { engine } = alarmEngine(atOnce, journal, file);
  await expect(engine.start()).rejects.toMatchObject({ code: 'journal-newer' });
});

test('a store that cannot be used does not stop the alarms: they go on in memory, and people are told that they do', async () => {
  await mkdir(file);
  const { engine } = alarmEngine(atOnce, journal, file);
  await engine.start();
  expect(engine.complaints()).toEqual([expect.stringMatching(/in memory only: unable to open/)]);
  expect(engine.open().map(({ rule }) => rule.id)).toEqual(['alarms-unsaved']);
  await journal.append([goodReading(9)]);
  await until('the alarm of a reading', () => engine.open().length === 2);
  await rm(file, { recursive: true });
  await until('the file is there again', () => engine.complaints().length === 0);
  await until('and that is told', () => lasting(engine).length === 1);
  await engine.stop();
  const again = alarmEngine(atOnce, journal, file).engine;
  await again.start();
  expect(lasting(again)).toEqual(['high']);
  await again.stop();
});

test('a store that is damaged is set aside: what lasts is an alarm again, what is long over is not', async () => {
  const before = alarmEngine(atOnce, journal, file).engine;
  await before.start();
  await journal.append([goodReading(9, Date.now() - 5 * HOUR), goodReading(5, Date.now() - 4 * HOUR)]);
  await journal.append([goodReading(9)]);
  await until('all is judged', () => before.open().length === 2);
  await before.stop();
  await writeFile(file, 'no database any more '.repeat(500));
  const { engine } = alarmEngine(atOnce, journal, file);
  await engine.start();
  expect(engine.open().map(({ rule, state }) => [rule.id, state])).toEqual(
    expect.arrayContaining([
      ['alarms-damaged', 'unacknowledged'],
      ['high', 'unacknowledged'],
    ]),
  );
  expect(engine.open()).toHaveLength(2);
  expect(engine.complaints()).toEqual([expect.stringContaining('alarms.sqlite.damaged')]);
  await until('the journal tells', () => journal.rows.some((row) => row.kind === 'event'));
  await engine.stop();
  const mended = alarmEngine(atOnce, journal, file).engine;
  await mended.start();
  await until('over with the next start', () => mended.complaints().length === 0);
  expect(lasting(mended)).toEqual(['high']);
  await mended.stop();
});
