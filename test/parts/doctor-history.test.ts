import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Reading } from '#model/reading';
import { DAY, HOUR, MINUTE, realClock } from '#model/time';
import { lookAtDevices } from '../../gateway/cli/examinations/device-look.ts';
import { lookAtHistory } from '../../gateway/cli/examinations/history-look.ts';
import type { JournalLook } from '../../gateway/cli/examinations/journal-look.ts';
import { ofDevices } from '../../gateway/doctor/devices.ts';
import { historyPath } from '../../gateway/journal/history-file.ts';
import { good, journalFolder, openJournal } from '../kit/journal-folder.ts';
import { modbusDevice, tcpLine } from '../kit/modbus-device.ts';

/* A big site writes its newest 5,000 rows in minutes: who died weeks ago is not among them. */

const NOW = realClock.wall();

async function writeJournal(readings: readonly Reading[]): Promise<string> {
  const dataDir = journalFolder();
  const journal = await openJournal(join(dataDir, 'journal'));
  await journal.append(readings);
  await journal.stop();
  return dataDir;
}

/** What the doctor knows and says of devices, at a time, when the newest rows of the journal name others only. */
async function examine(ids: readonly string[], dataDir: string, now: number) {
  const look: JournalLook = {
    ...{ exists: true, mode: 0o700, locked: true, newer: null, rows: 1e9 },
    ...{
      firstAt: NOW - 30 * DAY,
      newestAt: now,
      lookedFrom: now - MINUTE,
      devices: new Map(),
      followers: [],
    },
  };
  const answer = { complaints: [], notes: [], at: null, up: new Map<string, boolean>() };
  const devices = ids.map((id) => modbusDevice({ id, line: tcpLine(1), points: {}, every: MINUTE }));
  const facts = await lookAtDevices(devices, { answer, look, dataDir, clock: realClock });
  const found = ofDevices(facts, { now, running: true, file: 'site.yaml' });
  return found.map(({ about, what }) => `${about.en}: ${what.en}`);
}

const bad = (point: string, at: number): Reading => ({
  ...{ point, at, value: null, quality: 'bad', reason: 'sensor-fault' },
});

test('a device that died weeks ago is named, though the newest rows do not reach back to it', async () => {
  const dataDir = await writeJournal([
    good('box-1.temp', NOW - 20 * DAY, 5),
    good('box-1.door', NOW - 21 * DAY, 0),
    good('box-2.temp', NOW - 3 * MINUTE, 5),
    good('box-3.temp', NOW - 2 * DAY, 5),
    bad('box-3.door', NOW - DAY),
  ]);
  expect(await examine(['box-1', 'box-2', 'box-3'], dataDir, NOW)).toEqual([
    `box-1: its last good reading is ${20 * 24 * 60} min old`,
    `box-3: its last good reading is ${2 * 24 * 60} min old, sensor-fault`,
  ]);
});

test('a device that never spoke is told from when the gateway began', async () => {
  const dataDir = await writeJournal([good('box-1.temp', NOW, 5)]);
  const { startedAt } = lookAtHistory(dataDir);
  expect(await examine(['box-9'], dataDir, (startedAt ?? 0) + 4 * MINUTE)).toEqual([]);
  expect(await examine(['box-9'], dataDir, (startedAt ?? 0) + HOUR)).toEqual([
    'box-9: no good reading for at least 60 min',
  ]);
});

test('a history that is damaged, or not there, hinders nobody', async () => {
  const dataDir = await writeJournal([good('box-1.temp', NOW - 20 * DAY, 5)]);
  const path = historyPath(join(dataDir, 'journal'));
  for (const file of [`${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  writeFileSync(path, 'rubble '.repeat(10_000));
  expect(await examine(['box-1'], dataDir, NOW)).toEqual([]);
  rmSync(path);
  expect(await examine(['box-1'], dataDir, NOW)).toEqual([]);
});
