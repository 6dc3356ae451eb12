import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { NumberedAlarmEvent } from '#model/alarm';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import { seriesSite } from '#model/series';
import { alarmRow, eventRow } from '#model/series-rows';
import { HOUR, MINUTE, realClock } from '#model/time';
import { lineEncoder, rowLine } from '../../gateway/forward/influx/line.ts';
import { QueryDesk } from '../../gateway/influxql/query-desk.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { apiSite, high, noData } from './api-site.ts';
import { INFLUX_ADMIN, queryInflux, startInfluxd } from './influx-peers.ts';

/** An even moment, so that buckets of hours and days begin inside. */
export const FROM = Date.UTC(2026, 2, 1, 18);
export const TO = FROM + 9 * HOUR;

const POINTS = [
  'fridge-1.upper-temp',
  'fridge-1.lower-temp',
  'fridge-2.upper-temp',
  'waste-cold-1.temp',
  'outfall.ph',
  'fridge-1.door',
];

/** Answers of the gateway and of a real InfluxDB over the same rows. */
export interface Twins {
  gateway(query: string, epoch?: string): Promise<unknown>;
  influx(query: string, epoch?: string): Promise<unknown>;
  stop(): Promise<void>;
}

const reading: fc.Arbitrary<Omit<Reading, 'point' | 'at'>> = fc.oneof(
  {
    arbitrary: fc.record({
      value: fc.integer({ min: -20, max: 90 }).map((tenths) => tenths / 10),
      quality: fc.constantFrom('good', 'good', 'uncertain'),
      reason: fc.constant(null),
    }),
    weight: 6,
  },
  fc.constant({ value: null, quality: 'bad', reason: 'comm-timeout' }),
  fc.constant({ value: 99, quality: 'bad', reason: 'out-of-range' }),
);

/** Some on whole minutes, where points meet, and some anywhere; with holes. */
function readingsOf(seed: number): readonly Reading[] {
  const minute = fc.integer({ min: 0, max: (TO - FROM) / MINUTE - 1 });
  const hole = (m: number) => m > 100 && m < 190;
  const time = fc.oneof(
    minute.filter((m) => !hole(m)).map((m) => FROM + m * MINUTE),
    fc
      .tuple(minute, fc.integer({ min: 0, max: MINUTE - 1 }))
      .filter(([m]) => !hole(m))
      .map(([m, ms]) => FROM + m * MINUTE + ms),
  );
  const ofPoint = (point: string) =>
    fc
      .uniqueArray(fc.tuple(time, reading), { minLength: 150, maxLength: 250, selector: ([at]) => at })
      .map((all) => all.map(([at, rest]): Reading => ({ point, at, ...rest })));
  const [drawn = []] = fc.sample(fc.tuple(...POINTS.map(ofPoint)), { seed, numRuns: 1 });
  return drawn.flat().sort((a, b) => a.at - b.at);
}

function alarmEventsOf(seed: number): readonly NumberedAlarmEvent[] {
  const event = fc.record({
    type: fc.constantFrom('raised', 'cleared', 'acknowledged', 'commented'),
    at: fc.integer({ min: 0, max: 60 }).map((step) => FROM + step * 7 * MINUTE),
    by: fc.constantFrom(null, 'li', 'wang'),
    comment: fc.constantFrom(null, '门已关好', 'it\'s "fine", a=b\\c'),
    point: fc.constantFrom(...POINTS, 'gateway.disk'),
    rule: fc.constantFrom(high, noData),
    state: fc.constantFrom('unacknowledged', 'acknowledged', 'normal'),
    value: fc.constantFrom(null, 8.5, 9.25),
  });
  const [drawn = []] = fc.sample(fc.array(event, { minLength: 60, maxLength: 60 }), { seed, numRuns: 1 });
  return drawn
    .map(({ type, at, by, comment, point, rule, state, value }, index) => {
      const times = { since: at, raisedAt: at, clearedAt: null };
      const marks = {
        late: false,
        acknowledged: null,
        shelvedUntil: null,
        suppressedBy: null,
        outOfService: false,
      };
      const alarm = { id: `alarm-${index % 9}`, point, rule, state, value, worst: value, ...times, ...marks };
      return { no: index + 1, type, at, by, comment, alarm } as NumberedAlarmEvent;
    })
    .sort((a, b) => a.at - b.at || a.no - b.no);
}

const EVENTS = ['gateway-started', 'login', 'clock-step', 'payload-refused'];

async function filled(dir: string, seed: number): Promise<FileJournal> {
  const open = async () => {
    const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter });
    await journal.start();
    return journal;
  };
  const readings = readingsOf(seed);
  const packed = Math.floor(readings.length * 0.8);
  const first = await open();
  await first.append(readings.slice(0, packed));
  for (let index = 0; index < 40; index += 1) {
    const data = index % 3 === 0 ? {} : { device: 'fridge-1', port: index };
    await first.record({
      type: EVENTS[index % 4] ?? '',
      at: FROM + (index % 25) * 20 * MINUTE,
      by: index % 5 === 0 ? 'li' : null,
      data,
    });
  }
  // What was appended moves to packed hours; the rest stays in memory.
  await first.stop();
  const journal = await open();
  await journal.append(readings.slice(packed));
  return journal;
}

export async function startTwins(seed: number): Promise<Twins> {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-influxql-'));
  const influxd = await startInfluxd(join(dir, 'influxd'));
  await queryInflux(influxd.url, 'CREATE DATABASE "hygate"');
  const journal = await filled(join(dir, 'journal'), seed);
  const alarmEvents = alarmEventsOf(seed);
  const alarms = {
    eventsBetween: async (from: number, to: number, limit: number) =>
      alarmEvents.filter(({ at }) => at >= from && at < to).slice(0, limit),
  };
  const desk = new QueryDesk({ site: apiSite, journal, alarms, clock: realClock, meter: silentMeter });
  const encode = lineEncoder(apiSite);
  const events = await journal.history.events(0, Number.MAX_SAFE_INTEGER, 10_000);
  const site = seriesSite(apiSite);
  await write(influxd.url, [
    ...readingsOf(seed).flatMap((one) => encode(one) ?? []),
    ...alarmEvents.map((event) => rowLine(alarmRow(event, site))),
    ...events.map((event) => rowLine(eventRow(event, site))),
  ]);
  const ask = async (query: string, epoch: string) => {
    const taken = new AbortController();
    const pieces = await desk.answer({ query, database: 'hygate', epoch, signal: taken.signal });
    taken.abort();
    return JSON.parse(Buffer.concat([...pieces]).toString());
  };
  return {
    gateway: (query, epoch = 'ms') => ask(query, epoch),
    influx: (query, epoch = 'ms') => asked(influxd.url, query, epoch),
    stop: async () => {
      await journal.stop();
      await influxd.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const authorization = `Basic ${Buffer.from(`${INFLUX_ADMIN.user}:${INFLUX_ADMIN.password}`).toString('base64')}`;

async function write(url: string, lines: readonly string[]): Promise<void> {
  const answer = await fetch(`${url}/write?db=hygate&precision=ns`, {
    method: 'POST',
    headers: { authorization },
    body: lines.join('\n'),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function asked(url: string, query: string, epoch: string): Promise<unknown> {
  const body = new URLSearchParams({ db: 'hygate', q: query, ...(epoch !== 'rfc3339' && { epoch }) });
  const answer = await fetch(`${url}/query`, { method: 'POST', headers: { authorization }, body });
  return answer.json();
}
