import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Consumer } from '#model/consumer';
import { silentLog } from '#model/log';
import {
  horizonOf,
  keepOfPoint,
  leastRetention,
  longestOf,
  RETENTION,
  type RetentionPlan,
  retentionPlan,
} from '#model/retention';
import type { AreaKind, Keep } from '#model/site';
import { DAY, type EpochMs, HOUR } from '#model/time';
import { NO_ARRIVALS } from '../../gateway/journal/arrivals.ts';
import { Cursor } from '../../gateway/journal/cursor.ts';
import { HistoryReader } from '../../gateway/journal/history-reader.ts';
import { emptySamples } from '../../gateway/journal/samples.ts';
import { segmentPath } from '../../gateway/journal/segment.ts';
import { JournalOfYears } from '../kit/journal-years.ts';

const START = Date.UTC(2026, 0, 15);
const KINDS = Object.keys(RETENTION) as AreaKind[];

const planOf = (devices: Readonly<Record<string, AreaKind>>): RetentionPlan =>
  retentionPlan({
    areas: KINDS.map((kind) => ({ id: kind, name: { zh: kind, en: kind }, kind })),
    devices: Object.entries(devices).map(([id, kind]) => ({
      ...{ id, area: kind, name: { zh: id, en: id }, driver: 'd', every: DAY, points: [] },
      calibration: null,
      link: { protocol: 'mqtt', user: id, password: 'p' },
    })),
    retention: leastRetention(),
  });

function journalOf(plan: RetentionPlan): JournalOfYears {
  const journal = new JournalOfYears(plan, START);
  onTestFinished(() => journal.remove());
  return journal;
}

const monthsFrom = (start: EpochMs, months: number): EpochMs => {
  const date = new Date(start);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime();
};

const FEBRUARY = monthsFrom(START, 1);
/** Between two looks of these tests. */
const STEP = 28 * DAY;

/** One reading in January, one in February (so that January's segment ends), then month after month until `end`. */
function liveUntil(journal: JournalOfYears, points: readonly string[], end: EpochMs): Map<number, EpochMs> {
  const gone = new Map<number, EpochMs>();
  journal.measure(points);
  journal.pass(FEBRUARY);
  journal.measure(points);
  for (let now = FEBRUARY; now < end; now += STEP) {
    journal.passTrusted(now);
    journal.pass(now + 2 * HOUR);
    const left = new Set(journal.segments);
    for (const no of [1, 2]) if (!left.has(no) && !gone.has(no)) gone.set(no, now + 2 * HOUR);
  }
  return gone;
}

describe('over ten years', () => {
  test.each(KINDS)(
    'a segment of %s goes when its time is over, and not before',
    { timeout: 120_000 },
    (kind) => {
      const journal = journalOf(planOf({ device: kind }));
      const gone = liveUntil(journal, ['device.temp'], monthsFrom(START, 122));
      const { keep } = RETENTION[kind];
      if (keep === null) {
        expect(journal.segments).toEqual([1, 2]);
        expect(journal.of('segment-expired')).toEqual([]);
        return;
      }
      const went = gone.get(1) ?? 0;
      expect(START).toBeLessThan(horizonOf(keep, went));
      expect(START).toBeGreaterThanOrEqual(horizonOf(keep, went - STEP));
      // The newest segment stays, whatever its age.
      expect(journal.segments).toEqual([2]);
      expect(journal.of('segment-expired')).toEqual([
        expect.objectContaining({
          data: expect.objectContaining({ segment: 1, firstSeq: 1, reason: 'retention' }),
        }),
      ]);
    },
  );
});

test('one radiation point keeps its whole segment for ever, and a point that the site has forgotten, too', () => {
  for (const point of ['radiation-1.dose', 'forgotten.temp']) {
    const journal = journalOf(planOf({ fridge: 'cold-chain', 'radiation-1': 'radiation' }));
    liveUntil(journal, ['fridge.temp', point], monthsFrom(START, 122));
    expect(journal.segments).toEqual([1, 2]);
  }
});

test('the hours of a point go from the history at the time of its own kind, though its segment stays', () => {
  const journal = journalOf(planOf({ pool: 'pool-water', 'radiation-1': 'radiation' }));
  liveUntil(journal, ['pool.ph', 'radiation-1.dose'], monthsFrom(START, 40));
  const reader = new HistoryReader(journal.dir);
  onTestFinished(() => reader.close());
  const open = { first: null, samples: emptySamples(), late: NO_ARRIVALS };
  const timesOf = (point: string) => [
    ...reader.readings({ point, from: 0, to: monthsFrom(START, 100), open }, 100).at,
  ];
  expect(timesOf('radiation-1.dose')).toEqual([START, monthsFrom(START, 1)]);
  expect(timesOf('pool.ph')).toEqual([]);
  expect(journal.outages.map(({ cause, device }) => `${cause} ${device}`)).toContain('expired pool');
  expect(journal.outages.some(({ device }) => device === 'radiation-1')).toBe(false);
});

describe('before a segment goes', () => {
  const endOfLife = monthsFrom(START, 40);

  /** A journal with the cursors, by name, that lie in its folder when it starts for a site with these consumers. */
  function journalWith(cursors: Readonly<Record<string, number>>, consumers: readonly Consumer[]) {
    const journal = journalOf(planOf({ pool: 'pool-water' }));
    for (const [name, seq] of Object.entries(cursors)) new Cursor(journal.dir, name, silentLog).set(seq);
    journal.consumers = consumers;
    journal.restart();
    return journal;
  }

  test('every consumer must be past it', () => {
    const journal = journalWith({ influx: 1 }, ['influx']);
    liveUntil(journal, ['pool.ph'], endOfLife);
    expect(journal.segments).toEqual([1, 2]);
    new Cursor(journal.dir, 'influx', silentLog).set(1_000);
    journal.pass();
    journal.pass();
    expect(journal.segments).toEqual([2]);
  });

  test('also one that has not begun', () => {
    const journal = journalWith({}, ['influx']);
    liveUntil(journal, ['pool.ph'], endOfLife);
    expect(journal.segments).toEqual([1, 2]);
  });

  test('nobody is waited for whom the site has no more', () => {
    const journal = journalWith({ influx: 1 }, []);
    liveUntil(journal, ['pool.ph'], endOfLife);
    expect(journal.segments).toEqual([2]);
  });

  test.each([1, 2 ** 40])(
    'a cursor that counts alarms, as versions before left it here, is at %i no row',
    (no) => {
      const journal = journalWith({ influx: 1_000, 'influx-alarms': no }, ['influx']);
      liveUntil(journal, ['pool.ph'], endOfLife);
      expect(journal.segments).toEqual([2]);
    },
  );
});

test('nothing goes before the journal has durably said so, and a crash in between is made up for', () => {
  const journal = journalOf(planOf({ pool: 'pool-water' }));
  liveUntil(journal, ['pool.ph'], monthsFrom(START, 36));
  expect(journal.segments).toEqual([1, 2]);
  journal.deaf = true;
  for (let day = 0; day < 80; day++) journal.pass();
  expect(journal.segments).toEqual([1, 2]);
  journal.deaf = false;
  journal.restart();
  journal.pass();
  expect(journal.of('segment-expired')).toHaveLength(1);
  expect(existsSync(segmentPath(journal.dir, 1))).toBe(true);
  journal.crash();
  journal.pass();
  expect(journal.segments).toEqual([2]);
  expect(journal.of('segment-expired')).toHaveLength(1);
});

test('a clock that jumps decades ahead takes nothing with it before somebody can look', () => {
  const journal = journalOf(planOf({ pool: 'pool-water' }));
  journal.measure(['pool.ph']);
  journal.pass(monthsFrom(START, 1));
  journal.measure(['pool.ph']);
  // A week of hourly looks, the clock decades ahead and back again.
  for (let look = 0; look < 200; look++) journal.pass(Date.UTC(2060, 0, 1) + look * 3_700_000);
  expect(journal.segments.slice(0, 2)).toEqual([1, 2]);
  journal.pass(monthsFrom(START, 2));
  expect(journal.segments.slice(0, 2)).toEqual([1, 2]);
});

describe('the rules', () => {
  test('no kind is kept shorter than the door lets a reading come late: what has expired does not come again', () => {
    for (const { keep } of Object.values(RETENTION)) {
      expect(horizonOf(keep, START)).toBeLessThan(START - 400 * DAY);
    }
  });

  const keeps = fc.oneof(
    fc.constant<Keep>(null),
    fc.record({ years: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ days: fc.integer({ min: 400, max: 20_000 }) }),
  );

  test('the longest of many is at least as long as each of them, at any time', () => {
    fc.assert(
      fc.property(fc.array(keeps, { minLength: 1 }), fc.integer({ min: 0, max: 4e12 }), (all, now) => {
        const longest = horizonOf(longestOf(all), now);
        // Years have 365 or 366 days: within one kind of unit the comparison is exact, between them to a day.
        return all.every((keep) => longest <= horizonOf(keep, now) + DAY);
      }),
    );
  });

  test('what a random site plans for a point is what its area asks, and for ever when it knows no such point', () => {
    const sites = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.constantFrom(...KINDS));
    fc.assert(
      fc.property(sites, fc.stringMatching(/^[a-z]{1,8}$/), (devices, device) => {
        const keep = keepOfPoint(planOf(devices), `${device}.temp`);
        const kind = Object.hasOwn(devices, device) ? devices[device] : undefined;
        expect(keep).toEqual(kind === undefined ? null : RETENTION[kind].keep);
      }),
    );
  });
});
