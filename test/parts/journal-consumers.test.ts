import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Consumer } from '#model/consumer';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { HOUR, realClock } from '#model/time';
import { lookAtJournal } from '../../gateway/cli/examinations/journal-look.ts';
import { Forwarding } from '../../gateway/forwarding.ts';
import { goodReading } from '../kit/alarms-engine.ts';
import { alarmSite } from '../kit/alarms-site.ts';
import { startInfluxServer } from '../kit/influx-server.ts';
import { journalFolder, openJournal } from '../kit/journal-folder.ts';
import { until } from '../kit/until.ts';

const AT = 1_795_000_000_000;

let dataDir: string;
let dir: string;
let cursor: string;
beforeEach(() => {
  dataDir = journalFolder();
  dir = join(dataDir, 'journal');
  cursor = join(dir, 'cursor-influx');
  mkdirSync(dir);
});

/** A run of the gateway's journal for a site with these consumers, in which these values are measured; its newest row. */
async function run(consumers: readonly Consumer[], values: readonly number[]): Promise<number> {
  const journal = await openJournal(dir, { consumers });
  for (const value of values) await journal.append([goodReading(value, AT + value)]);
  await journal.stop();
  // Not what the journal said while it ran: it writes rows of its own at its start.
  return lookAtJournal(dataDir, 0, []).rows;
}

/** A run with InfluxDB, until this many readings have come to it: their values. */
async function forwarded(count: number): Promise<number[]> {
  const server = await startInfluxServer();
  onTestFinished(() => server.stop());
  const journal = await openJournal(dir, { consumers: ['influx'] });
  const api = { version: 'v2', org: 'o', bucket: 'b', token: 't' } as const;
  const forwarding = new Forwarding({
    ...{ site: alarmSite({ rules: [] }), target: { url: server.url, batch: 1000, timeout: 5000, api } },
    ...{ journal, dataDir, clock: realClock, log: silentLog, meter: silentMeter },
  });
  await forwarding.start();
  const values = () =>
    server.seen
      .flatMap(({ lines }) => lines)
      .flatMap((line) => /^temperature,.* value=([0-9.]+)/.exec(line)?.[1] ?? []);
  await until('the readings are sent', () => values().length >= count);
  await forwarding.stop();
  await journal.stop();
  return values().map(Number);
}

test('InfluxDB that left the site and comes back gets what was measured meanwhile, and nothing twice', async () => {
  const head = await run(['influx'], [1, 2]);
  writeFileSync(cursor, `${head}\n`);
  await run([], [3, 4]);
  expect(readFileSync(`${cursor}.aside`, 'utf8')).toBe(`${head}\n`);
  expect(await forwarded(2)).toEqual([3, 4]);
});

describe('the doctor looks at a journal', () => {
  const now = () => realClock.wall() + HOUR;
  const look = (...consumers: Consumer[]) => lookAtJournal(dataDir, now(), consumers).followers;

  test('and finds how far behind each consumer of the site is, also one that has not begun', async () => {
    const head = await run(['influx'], [1, 2, 3]);
    const waits = expect.toSatisfy((ms: number) => ms >= HOUR);
    expect(look('influx')).toEqual([{ name: 'influx', behindRows: head, waits }]);
    writeFileSync(cursor, `${head - 2}\n`);
    expect(look('influx')).toEqual([{ name: 'influx', behindRows: 2, waits }]);
    writeFileSync(cursor, `${head}\n`);
    expect(look('influx')).toEqual([{ name: 'influx', behindRows: 0, waits: 0 }]);
  });

  test('and asks neither for a consumer that the site has no more, nor for who counts alarms', async () => {
    await run(['influx'], [1, 2, 3]);
    writeFileSync(cursor, '1\n');
    for (const no of [1, 2 ** 40]) {
      writeFileSync(join(dir, 'cursor-influx-alarms'), `${no}\n`);
      expect(look()).toEqual([]);
      expect(look('influx').map(({ name }) => name)).toEqual(['influx']);
    }
  });
});
