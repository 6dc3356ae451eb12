import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NumberedAlarmEvent } from '#model/alarm';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { InfluxTarget } from '#model/site';
import { realClock } from '#model/time';
import { vitalsEvent } from '#model/vitals';
import type { AlarmEngine } from '../../alerts/engine/engine.ts';
import { AlarmStore } from '../../alerts/engine/store/store.ts';
import { Forwarding } from '../../gateway/forwarding.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { alarmEngine, goodReading } from '../kit/alarms-engine.ts';
import { alarmSite, limitRule } from '../kit/alarms-site.ts';
import {
  INFLUX_ADMIN,
  INFLUX_DATABASE,
  type InfluxPeer,
  queryInflux,
  startInfluxd,
} from '../kit/influx-peers.ts';
import { startInfluxServer } from '../kit/influx-server.ts';
import { anAlarm, telling } from '../kit/outbox.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

/** What a person may write, and what would break a line that is not written with care. */
const COMMENT = 'he said "8 °C", C:\\temp=1,\nthen 门开着 😀 \\" end\\';
const COMMENT_ON_ONE_LINE = COMMENT.replace('\n', ' ');
const START = 1_795_000_000_000;

const site = alarmSite({ rules: [limitRule({ onDelay: 0 })] });

let dir: string;
let stops: (() => Promise<unknown>)[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-influx-alarms-'));
  stops = [() => rm(dir, { recursive: true })];
});
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop();
});

async function openJournal(): Promise<FileJournal> {
  const common = { clock: realClock, log: silentLog, meter: silentMeter };
  const journal = new FileJournal({ dir: join(dir, 'journal'), ...common });
  await journal.start();
  stops.push(() => journal.stop());
  return journal;
}

async function openAlarms(journal: FileJournal): Promise<AlarmEngine> {
  const { engine } = alarmEngine(site, journal, join(dir, 'alarms.sqlite'));
  await engine.start();
  stops.push(() => engine.stop());
  return engine;
}

/** The thread of the gateway. Stopped at once it has settled nothing: what it sent it sends again. */
async function forward(journal: FileJournal, target: InfluxTarget): Promise<{ stop(): Promise<void> }> {
  const common = { clock: realClock, log: silentLog, meter: silentMeter };
  const forwarding = new Forwarding({ site, target, journal, dataDir: dir, ...common });
  await forwarding.start();
  stops.push(() => forwarding.stop());
  return forwarding;
}

const allEvents = (engine: AlarmEngine) => engine.eventsBetween(0, Number.MAX_SAFE_INTEGER, 1_000_000);

/** Many events of one alarm and one millisecond, as a flood or a start with years of alarms has them. */
function storeEvents(count: number): void {
  const store = new AlarmStore(join(dir, 'alarms.sqlite'));
  const events = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    event: {
      ...({ type: 'commented', at: START + Math.floor(index / 100), by: 'li', comment: `${index}` } as const),
      alarm: anAlarm(),
    },
  }));
  store.commit({ ...telling([]), events });
  store.close();
}

describe.skipIf(without('influxd'))('with a real InfluxDB', () => {
  let influxd: InfluxPeer;
  let own: string;

  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), 'hygate-influxd-'));
    influxd = await startInfluxd(own);
  });
  afterAll(async () => {
    await influxd.stop();
    await rm(own, { recursive: true });
  });
  beforeEach(async () => {
    await queryInflux(influxd.url, `DROP DATABASE "${INFLUX_DATABASE}"`);
    await queryInflux(influxd.url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
  });

  const target = (): InfluxTarget => ({
    ...{ url: influxd.url, batch: 1000, timeout: 10_000 },
    api: { version: 'v1', database: INFLUX_DATABASE, ...INFLUX_ADMIN },
  });

  async function rowsOf(measurement: string): Promise<Record<string, unknown>[]> {
    const series = await queryInflux(influxd.url, `SELECT * FROM "${measurement}"`);
    return series.flatMap(({ columns, values }) =>
      values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    );
  }
  const rowsCome = (measurement: string, count: number) =>
    until(`${count} rows of ${measurement}`, async () => {
      const rows = await rowsOf(measurement);
      return rows.length >= count && rows;
    });

  const asStored = ({ type, at, by, comment, alarm }: NumberedAlarmEvent) => ({
    ...{ time: at, type, by, comment, alarm: alarm.id, state: alarm.state, worst: alarm.worst },
    ...{ standing: alarm.state === 'normal' ? 0 : 1, limit: 8, rule: 'high', severity: alarm.rule.severity },
    ...{ site: site.id, area: 'vaccine', device: 'fridge-1', point: 'temp' },
  });

  test('an alarm is raised, taken with words that would break a line, commented and over: its rows are what the store says', async () => {
    const journal = await openJournal();
    const engine = await openAlarms(journal);
    await forward(journal, target());
    await journal.append([goodReading(9)]);
    const { id } = await until('the alarm is raised', () => engine.open()[0]);
    await engine.act(id, 'li', { type: 'acknowledge', comment: COMMENT });
    await engine.act(id, 'wang', { type: 'comment', comment: 'x'.repeat(90) });
    await journal.append([goodReading(4, Date.now() + 1)]);
    await until('the alarm is over', () => engine.open().length === 0);
    const events = await allEvents(engine);
    expect(events.map(({ type }) => type)).toEqual(['raised', 'acknowledged', 'commented', 'cleared']);

    const rows = await rowsCome('alarm', events.length);
    expect(rows).toMatchObject(
      events
        .map(asStored)
        .map((row) => (row.comment === COMMENT ? { ...row, comment: COMMENT_ON_ONE_LINE } : row)),
    );
    expect(rows[0]?.['text_en']).toContain('too high');
    const acts = await rowsCome('event', 2);
    expect(acts).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'alarm-acknowledged', by: 'li', text: '确认报警' }),
        expect.objectContaining({ type: 'gateway-started', text_en: 'gateway started' }),
      ]),
    );
  });

  test('events and vitals of the journal are rows beside the readings, and numbers are floats for ever', async () => {
    const journal = await openJournal();
    for (const uptime of [60, 61.5]) await journal.record(vitalsEvent({ uptime_s: uptime }, START));
    await journal.record({
      type: 'outage',
      at: START,
      by: null,
      data: { cause: 'silent', device: 'fridge-1' },
    });
    await journal.append([goodReading(5, START)]);
    await forward(journal, target());
    const at = { time: START, site: site.id };
    // The newest row of the journal: whatever stands before it is there, too.
    await rowsCome('temperature', 1);
    expect(await rowsCome('gateway', 2)).toEqual([
      { ...at, uptime_s: 60 },
      { ...at, uptime_s: 61.5 },
    ]);
    expect(await rowsCome('event', 1)).toContainEqual(
      expect.objectContaining({ ...at, type: 'outage', device: 'fridge-1', detail: 'cause: silent' }),
    );
    const [fields] = await queryInflux(influxd.url, 'SHOW FIELD KEYS FROM "gateway"');
    expect(fields?.values).toEqual([['uptime_s', 'float']]);
  });

  test('a first start with years of alarms sends each once, also those of one millisecond, and again changes nothing', async () => {
    storeEvents(5_000);
    const journal = await openJournal();
    const count = async () => {
      const [series] = await queryInflux(influxd.url, 'SELECT count("text"), last("comment") FROM "alarm"');
      return series?.values[0]?.slice(1);
    };
    const first = await forward(journal, target());
    await until('all have come', async () => (await count())?.[0] === 5_000, 90_000);
    await first.stop();
    await forward(journal, target());
    await storeMore();
    await until('the next has come', async () => (await count())?.[0] === 5_001);
    expect(await count()).toEqual([5_001, 'the next']);
  }, 120_000);

  test('while InfluxDB is away nothing is lost: what happened meanwhile comes when it is back', async () => {
    const journal = await openJournal();
    const engine = await openAlarms(journal);
    await forward(journal, target());
    await journal.append([goodReading(9)]);
    await rowsCome('alarm', 1);
    await influxd.stop();
    const { id } = await until('the alarm is open', () => engine.open()[0]);
    await engine.act(id, 'li', { type: 'acknowledge', comment: 'while it is away' });
    await journal.append([goodReading(4, Date.now() + 1)]);
    await until('the alarm is over', () => engine.open().length === 0);
    await influxd.start();
    expect(await rowsCome('alarm', 3)).toMatchObject((await allEvents(engine)).map(asStored));
  });
});

async function storeMore(): Promise<void> {
  const store = new AlarmStore(join(dir, 'alarms.sqlite'));
  const event = {
    type: 'commented',
    at: START + 999_999,
    by: 'li',
    comment: 'the next',
    alarm: anAlarm(),
  } as const;
  store.commit({ ...telling([]), events: [{ id: 5_001, event }] });
  store.close();
}

describe('with a server that only listens', () => {
  const listening = async () => {
    const server = await startInfluxServer();
    stops.push(() => server.stop());
    const target: InfluxTarget = {
      ...{ url: server.url, batch: 1000, timeout: 5000 },
      api: { version: 'v2', org: 'o', bucket: 'b', token: 't' },
    };
    const alarms = () =>
      server.seen.flatMap(({ lines }) => lines).filter((line) => line.startsWith('alarm,'));
    return { target, alarms, seen: server.seen };
  };

  test('what was sent and not known to be kept when the gateway died is sent again, to the nanosecond the same', async () => {
    storeEvents(3);
    const journal = await openJournal();
    const { target, alarms } = await listening();
    const first = await forward(journal, target);
    await until('three lines', () => alarms().length === 3);
    await first.stop();
    await forward(journal, target);
    await until('and again', () => alarms().length === 6);
    expect(alarms().slice(3)).toEqual(alarms().slice(0, 3));
    expect(alarms().map((line) => line.slice(-20))).toEqual(
      [1, 2, 3, 1, 2, 3].map((order) => ` ${START}00000${order}`),
    );
  });

  test('alarms that cannot be read hold up no reading, and come when they can be read', async () => {
    storeEvents(2);
    const file = join(dir, 'alarms.sqlite');
    await rename(file, `${file}.away`);
    await writeFile(file, 'this is no database, and long enough to be taken for one'.repeat(50));
    const journal = await openJournal();
    const { target, alarms, seen } = await listening();
    await forward(journal, target);
    await journal.append([goodReading(5)]);
    await until('the reading is sent', () =>
      seen.some(({ lines }) => lines.some((line) => line.startsWith('temperature,'))),
    );
    expect(alarms()).toEqual([]);
    await rename(`${file}.away`, file);
    await until('the alarms are sent', () => alarms().length === 2);
  });

  test('a file of alarms that is younger than the cursor is sent from its beginning', async () => {
    storeEvents(2);
    const journal = await openJournal();
    await writeFile(join(dir, 'cursor-influx-alarms'), '5000\n');
    const { target, alarms } = await listening();
    await forward(journal, target);
    await until('both are sent', () => alarms().length === 2);
  });

  test.each([
    ['is moved out of the journal’s folder, and goes on', '2', null, ['2', '3']],
    [
      'counts where it is smaller, as a crash or an older version may have left two',
      '1',
      '2',
      ['1', '2', '3'],
    ],
    ['does not count where it is larger', '2', '1', ['1', '2', '3']],
    ['says nothing: all alarms are sent again', '?', '3', ['0', '1', '2', '3']],
  ])('the place of a version before %s', async (_, before, there, sent) => {
    storeEvents(4);
    const journal = await openJournal();
    const [old, place] = [join(dir, 'journal', 'cursor-influx-alarms'), join(dir, 'cursor-influx-alarms')];
    await writeFile(old, `${before}\n`);
    if (there !== null) await writeFile(place, `${there}\n`);
    const { target, alarms } = await listening();
    await forward(journal, target);
    await until('they are sent', () => alarms().length === sent.length);
    expect(alarms().map((line) => /comment="(\d+)"/.exec(line)?.[1])).toEqual(sent);
    expect(existsSync(old)).toBe(false);
    expect(existsSync(place)).toBe(true);
  });

  test('a disk that will not have the place moved costs alarms sent twice, and nothing else', async () => {
    storeEvents(2);
    const journal = await openJournal();
    const old = join(dir, 'journal', 'cursor-influx-alarms');
    await writeFile(old, '2\n');
    // The name that is written first is taken by a folder.
    await mkdir(join(dir, 'cursor-influx-alarms.new'));
    const { target, alarms } = await listening();
    await forward(journal, target);
    await until('both are sent', () => alarms().length === 2);
    expect(existsSync(old)).toBe(true);
  });
});
