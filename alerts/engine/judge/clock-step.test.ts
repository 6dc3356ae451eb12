import { describe, expect, test } from 'vitest';
import { clockStepEvent } from '#model/clock-step';
import type { Entry } from '#model/journal';
import type { Rule } from '#model/rule';
import type { Suppression } from '#model/site';
import { DAY, HOUR, MINUTE, type Ms, SECOND } from '#model/time';
import { ruleLike } from '../../../test/kit/alarm-rules.ts';
import { goodReading } from '../../../test/kit/alarms-engine.ts';
import { alarmSite, limitRule, noDataRule } from '../../../test/kit/alarms-site.ts';
import { judgeLate, POINT, START } from '../../../test/kit/alarms-timeline.ts';
import { silentAnnouncer } from '../../../test/kit/silent-announcer.ts';
import { type Act, type ServiceAct, toJournal } from '../book/act.ts';
import { BEGINNING, type PointState } from '../changes.ts';
import { Evaluator } from './evaluator.ts';

interface Setting {
  readonly rules: readonly Rule[];
  /** What the point measures, by the time that has really passed. */
  readonly valueAt: (passed: Ms) => number | null;
  /** The clock is set by so much at that moment. */
  readonly steps: readonly { readonly at: Ms; readonly by: Ms }[];
  /** Whose clock stamps the readings: ours, or that of the device, which goes on evenly. */
  readonly stamped: 'here' | 'there';
  readonly lasts: Ms;
  /** The process is replaced by one that reads the stored state at that moment. */
  readonly restart?: Ms;
}

const EVERY = 10 * SECOND;

/** Runs the evaluator second by second, and says when, in time that really passed, alarms were raised and cleared. */
function told({ rules, valueAt, steps, stamped, lasts, restart }: Setting): string[] {
  const site = alarmSite({ rules, every: EVERY });
  let evaluator = new Evaluator(
    site,
    silentAnnouncer,
    { position: BEGINNING, points: [], alarms: [], kept: [] },
    START,
  );
  const rows: Entry[] = [];
  const said: string[] = [];
  const points = new Map<string, PointState>();
  let offset = 0;
  const take = (row: Entry) => {
    rows.push(row);
    evaluator.take(row);
  };
  for (let passed = 0; passed <= lasts; passed += SECOND) {
    const due = steps.find((step) => step.at === passed);
    if (due !== undefined) {
      const from = START + passed + offset;
      offset += due.by;
      const event = clockStepEvent({ from, to: from + due.by, by: due.by });
      take({ kind: 'event', seq: rows.length + 1, arrived: from + due.by, event });
    }
    const wall = START + passed + offset;
    const value = passed % EVERY === 0 ? valueAt(passed) : null;
    const at = stamped === 'here' ? wall : START + passed;
    if (value !== null) {
      take({
        kind: 'readings',
        seq: rows.length + 1,
        arrived: wall + 5,
        readings: [goodReading(value, at, POINT)],
      });
    }
    evaluator.tick(wall);
    judgeLate(evaluator, rows, []);
    const changes = structuredClone(evaluator.drain());
    for (const [point, state] of changes.points) points.set(point, state);
    for (const { event } of changes.events) said.push(`${event.type} after ${passed / MINUTE} min`);
    if (passed === restart) {
      const state = { position: changes.position, points: [...points], alarms: [], kept: [] };
      evaluator = new Evaluator(site, silentAnnouncer, state, wall);
    }
  }
  return said;
}

const STEPS = [HOUR, -HOUR, 3 * DAY, -20 * DAY, 2 * MINUTE, -2 * MINUTE, 20_000 * DAY] as const;
/** Too warm from minute 5 to minute 30. */
const warm = (passed: Ms): number => (passed >= 5 * MINUTE && passed < 30 * MINUTE ? 9 : 5);

describe.each(STEPS.map((by) => [by / MINUTE, by] as const))(
  'a clock that is set by %i minutes',
  (_text, by) => {
    const usual = { rules: [limitRule()], valueAt: warm, lasts: 40 * MINUTE, stamped: 'here' as const };

    test.each([6, 9, 14])('at minute %i neither shortens an on-delay nor starts it anew', (minute) => {
      const steps = [{ at: minute * MINUTE + 3 * SECOND, by }];
      expect(told({ ...usual, steps })).toEqual(['raised after 15 min', 'cleared after 30 min']);
    });

    test('moves no off-delay that runs', () => {
      const rules = [limitRule({ offDelay: 5 * MINUTE })];
      const steps = [{ at: 32 * MINUTE + 3 * SECOND, by }];
      expect(told({ ...usual, rules, steps })).toEqual(['raised after 15 min', 'cleared after 35 min']);
    });

    test.each([8, 12])('at minute %i neither shortens an exposure nor starts it anew', (minute) => {
      const rules = [ruleLike({ kind: 'exposure', limit: 10 * MINUTE })];
      const steps = [{ at: minute * MINUTE + 3 * SECOND, by }];
      expect(told({ ...usual, rules, steps })).toEqual(['raised after 15 min', 'cleared after 30 min']);
    });

    test('is no rise, and hides none', () => {
      const rules = [ruleLike({ kind: 'rate', within: 5 * MINUTE })];
      const steps = [{ at: 4 * MINUTE + 3 * SECOND, by }];
      const [raised = ''] = told({ ...usual, rules, steps });
      expect(Number(/^raised after ([\d.]+) min$/.exec(raised)?.[1])).toBeCloseTo(5, 0);
      const valueAt = () => 5;
      expect(told({ ...usual, rules, valueAt, steps })).toEqual([]);
    });

    test('is no silence, and silence is not overlooked after it', () => {
      const rules = [noDataRule()];
      const steps = [{ at: 8 * MINUTE + 3 * SECOND, by }];
      expect(told({ ...usual, rules, steps })).toEqual([]);
      const valueAt = (passed: Ms) => (passed <= 5 * MINUTE ? 5 : null);
      const [raised = ''] = told({ ...usual, rules, valueAt, steps });
      const minutes = Number(/^raised after ([\d.]+) min$/.exec(raised)?.[1]);
      expect(minutes).toBeGreaterThan(15);
      expect(minutes).toBeLessThan(15.2);
    });

    test('the delay goes on after a restart between the step and the next reading', () => {
      const at = 9 * MINUTE + 3 * SECOND;
      expect(told({ ...usual, steps: [{ at, by }], restart: at + SECOND })).toEqual([
        'raised after 15 min',
        'cleared after 30 min',
      ]);
    });
  },
);

test('set forward and back again within a delay, it moves nothing', () => {
  const steps = [
    { at: 7 * MINUTE + 3 * SECOND, by: HOUR },
    { at: 10 * MINUTE + 3 * SECOND, by: -HOUR },
    { at: 10 * MINUTE + 4 * SECOND, by: 2 * HOUR },
  ];
  const setting = { rules: [limitRule()], valueAt: warm, lasts: 40 * MINUTE, stamped: 'here' as const };
  expect(told({ ...setting, steps })).toEqual(['raised after 15 min', 'cleared after 30 min']);
});

test.each([HOUR, -HOUR])(
  'a device with a clock of its own is judged by it, wherever ours is set (%i)',
  (by) => {
    const steps = [{ at: 9 * MINUTE + 3 * SECOND, by }];
    const setting = { rules: [limitRule()], valueAt: warm, lasts: 45 * MINUTE, stamped: 'there' as const };
    const [raised = '', cleared = '', ...more] = told({ ...setting, steps });
    const minutes = (text: string) => Number(/after ([\d.]+) min/.exec(text)?.[1]);
    // Ahead of its time by our clock, its readings look late, and late ones are judged when they rest.
    expect(minutes(raised)).toBeGreaterThanOrEqual(15);
    expect(minutes(raised)).toBeLessThan(15.2);
    expect(minutes(cleared)).toBeGreaterThanOrEqual(30);
    expect(minutes(cleared)).toBeLessThan(30.2);
    expect(more).toEqual([]);
  },
);

describe('what a clock that was ahead gave does not last until then', () => {
  const YEAR = 365 * DAY;
  const MAINS: Suppression = { by: 'power.mains', byKinds: ['limit'], points: [POINT], kinds: ['no-data'] };
  const site = { ...alarmSite({ rules: [limitRule(), noDataRule()], every: EVERY }), suppressions: [MAINS] };
  /** Opened by a clock that is a year ahead. */
  const ahead = () => {
    const stored = { position: BEGINNING, points: [], alarms: [], kept: [] };
    const evaluator = new Evaluator(site, silentAnnouncer, stored, START + YEAR);
    evaluator.report('disk-low', true, START + YEAR);
    const [alarm = ''] = evaluator.open().map(({ id }) => id);
    const act = (done: Pick<Act, 'deed'> | Pick<ServiceAct, 'action'>) => {
      const signed = { at: START + YEAR, by: 'li', token: 'x' };
      const about = 'deed' in done ? { alarm, ...done } : { point: POINT, ...done };
      const row = { kind: 'event', seq: 1, arrived: START + YEAR } as const;
      evaluator.take({ ...row, event: toJournal({ ...signed, ...about }) });
    };
    return { evaluator, act, alarm: () => evaluator.get(alarm) };
  };
  const until = START + YEAR + HOUR;

  test('a shelf', () => {
    const { evaluator, act, alarm } = ahead();
    act({ deed: { type: 'shelve', until, oneShot: false, comment: 'x' } });
    evaluator.tick(START);
    evaluator.tick(START + HOUR - 1);
    expect(alarm()?.shelvedUntil).toBe(START + HOUR);
    evaluator.tick(START + HOUR);
    expect(alarm()?.shelvedUntil).toBeNull();
    evaluator.report('disk-low', false, START + HOUR);
    evaluator.report('disk-low', true, START + HOUR);
    expect(evaluator.open().every(({ shelvedUntil }) => shelvedUntil === null)).toBe(true);
  });

  test('a shelf that was asked for then', () => {
    const { evaluator, act, alarm } = ahead();
    act({ deed: { type: 'ask-shelf', until, oneShot: false, comment: 'x' } });
    evaluator.tick(START);
    expect(alarm()?.shelfAsk).toMatchObject({ at: START, until: START + HOUR });
  });

  test('an acknowledgement', () => {
    const { evaluator, act, alarm } = ahead();
    act({ deed: { type: 'acknowledge', until, comment: 'x' } });
    evaluator.tick(START);
    expect(alarm()?.state).toBe('acknowledged');
    evaluator.tick(START + HOUR);
    expect(alarm()?.state).toBe('unacknowledged');
  });

  test('a point that is out of service', () => {
    const { evaluator, act } = ahead();
    act({ action: { type: 'out-of-service', until, comment: 'x' } });
    evaluator.tick(START);
    expect(evaluator.outOfService()).toMatchObject([{ until: START + HOUR }]);
    evaluator.tick(START + HOUR);
    expect(evaluator.outOfService()).toEqual([]);
  });

  test('the wait for an explanation', () => {
    const { evaluator } = ahead();
    for (let passed = 0; passed <= 11 * MINUTE; passed += SECOND) {
      evaluator.tick(START + YEAR + passed);
      if (evaluator.open().some(({ heldUntil }) => heldUntil !== undefined)) break;
    }
    const silent = () => evaluator.open().find(({ rule }) => rule.kind === 'no-data');
    expect(silent()).toHaveProperty('heldUntil');
    evaluator.tick(START);
    evaluator.tick(START + 10 * SECOND);
    expect(silent()).not.toHaveProperty('heldUntil');
  });
});
