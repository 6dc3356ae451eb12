import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { type Clock, realClock } from '#model/time';
import { AlarmEngine } from '../../alerts/engine/engine.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { alarmFile, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite, limitRule } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';

test('a stop does not wait for the next try of a store that fails', async () => {
  const { file, remove } = await alarmFile();
  onTestFinished(remove);
  const journal = new MemoryJournal();
  const site = alarmSite({ rules: [limitRule({ onDelay: 0 })], people: [] });
  let waits = 0;
  // A wait between two tries lasts for ever.
  const clock: Clock = {
    ...realClock,
    sleep: (delay, signal) => {
      if (delay > 0) waits += 1;
      return realClock.sleep(delay > 0 ? 1e9 : 0, signal);
    },
  };
  const deps = { clock, log: silentLog, meter: silentMeter };
  const engine = new AlarmEngine({ site, journal, file, announce: announcerOf(site), ...deps });
  await engine.start();
  const db = new DatabaseSync(file);
  db.exec('DROP TABLE position');
  db.close();
  await journal.append([goodReading(9)]);
  await until('the store has failed', () => waits > 0);
  await engine.stop();
  expect(waits).toBe(1);
});
