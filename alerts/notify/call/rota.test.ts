import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rota, Shift } from '#model/oncall';
import { DAY, HOUR, MINUTE } from '#model/time';
import { onCallOf } from './on-call.ts';
import { dutiesAt, dutyAt, everybodyOf } from './rota.ts';

const SHANGHAI = 'Asia/Shanghai';
const BERLIN = 'Europe/Berlin';

const at = (text: string, zone = SHANGHAI): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;

const shift = (id: string, hours: readonly [from: number, to: number], weeks: string[][]): Shift => ({
  ...{ id, name: id, weeks },
  from: hours[0] * 60,
  to: hours[1] * 60,
});

const rotaOf = (over: Partial<Rota> = {}): Rota => ({
  ...{ id: 'nurses', name: '护士', begins: '2026-01-05', overlap: 0, substitutes: [], holidays: [] },
  shifts: [shift('day', [8, 20], [['li'], ['wang']]), shift('night', [20, 8], [['chen'], ['zhao']])],
  ...over,
});

test('day and night follow one another, week by week in turn', () => {
  const rota = rotaOf();
  const on = (text: string) => dutyAt(rota, at(text), SHANGHAI);
  expect(on('2026-01-05T08:00')).toMatchObject({ shift: 'day', people: ['li'], rota: 'nurses' });
  expect(on('2026-01-05T19:59')).toMatchObject({
    shift: 'day',
    from: at('2026-01-05T08:00'),
    to: at('2026-01-05T20:00'),
  });
  expect(on('2026-01-05T20:00')).toMatchObject({ shift: 'night', people: ['chen'] });
  expect(on('2026-01-12T09:00').people).toEqual(['wang']);
  expect(on('2026-01-19T09:00').people).toEqual(['li']);
});

test('a night that begins on Sunday belongs to the old week until the morning', () => {
  expect(dutyAt(rotaOf(), at('2026-01-12T07:59'), SHANGHAI).people).toEqual(['chen']);
  expect(dutyAt(rotaOf(), at('2026-01-12T20:00'), SHANGHAI).people).toEqual(['zhao']);
});

test('weeks before the first one are counted backwards', () => {
  expect(dutyAt(rotaOf(), at('2026-01-04T12:00'), SHANGHAI).people).toEqual(['wang']);
  expect(dutyAt(rotaOf(), at('2025-12-28T12:00'), SHANGHAI).people).toEqual(['li']);
});

test('a week round the clock is one turn, handed over on Monday', () => {
  const rota = rotaOf({ shifts: [shift('week', [8, 8], [['li'], ['wang', 'chen']])] });
  expect(dutyAt(rota, at('2026-01-15T03:00'), SHANGHAI)).toMatchObject({
    from: at('2026-01-12T08:00'),
    to: at('2026-01-19T08:00'),
    people: ['wang', 'chen'],
  });
});

test('for the overlap after a handover those who go are told, too', () => {
  const rota = rotaOf({ overlap: 15 * MINUTE });
  const people = (text: string) => dutiesAt(rota, at(text), SHANGHAI).map((duty) => duty.people);
  expect(people('2026-01-05T20:14')).toEqual([['chen'], ['li']]);
  expect(people('2026-01-05T20:15')).toEqual([['chen']]);
  expect(people('2026-01-05T19:59')).toEqual([['li']]);
});

test('a substitute stands in for as long as it is said, and may be substituted', () => {
  const until = at('2026-01-05T15:00');
  const rota = rotaOf({
    substitutes: [
      { from: at('2026-01-05T12:00'), to: until, person: 'li', by: 'ma' },
      { from: at('2026-01-05T14:00'), to: until, person: 'ma', by: 'sun' },
    ],
  });
  const on = (text: string) => dutyAt(rota, at(text), SHANGHAI);
  expect(on('2026-01-05T11:59')).toMatchObject({ people: ['li'], to: at('2026-01-05T12:00') });
  expect(on('2026-01-05T12:00')).toMatchObject({ people: ['ma'], to: at('2026-01-05T14:00') });
  expect(on('2026-01-05T14:30')).toMatchObject({ people: ['sun'], from: at('2026-01-05T14:00'), to: until });
  expect(on('2026-01-05T15:00')).toMatchObject({ people: ['li'], from: until, to: at('2026-01-05T20:00') });
});

test('on a holiday its people stand every shift that begins on that day', () => {
  const rota = rotaOf({ holidays: [{ day: '2026-01-06', people: ['director'] }] });
  expect(dutyAt(rota, at('2026-01-06T07:59'), SHANGHAI).people).toEqual(['chen']);
  expect(dutyAt(rota, at('2026-01-06T08:00'), SHANGHAI).people).toEqual(['director']);
  expect(dutyAt(rota, at('2026-01-07T07:59'), SHANGHAI).people).toEqual(['director']);
  expect(dutyAt(rota, at('2026-01-07T08:00'), SHANGHAI).people).toEqual(['li']);
});

test('a gap has nobody, from the last turn to the next', () => {
  const rota = rotaOf({ shifts: [{ ...shift('day', [8, 17], [['li']]), days: [1, 2, 3, 4, 5] }] });
  expect(dutyAt(rota, at('2026-01-10T12:00'), SHANGHAI)).toEqual({
    rota: 'nurses',
    shift: 'gap',
    from: at('2026-01-09T17:00'),
    to: at('2026-01-12T08:00'),
    people: [],
  });
  expect(everybodyOf(rota)).toEqual(['li']);
});

test('the night on which the clock is put forward is an hour shorter, the one on which it is put back an hour longer', () => {
  const rota = rotaOf();
  const length = (text: string) => {
    const { from, to } = dutyAt(rota, at(text, BERLIN), BERLIN);
    return (to - from) / HOUR;
  };
  expect(length('2026-03-28T23:00')).toBe(11);
  expect(length('2026-10-24T23:00')).toBe(13);
  expect(length('2026-03-29T12:00')).toBe(12);
});

test('a handover at an hour that daylight saving leaves out happens at the change', () => {
  const shifts = [shift('early', [2.5, 14], [['li']]), shift('late', [14, 2.5], [['wang']])];
  const change = Temporal.Instant.from('2026-03-29T01:00Z').epochMilliseconds;
  expect(dutyAt(rotaOf({ shifts }), change - 1, BERLIN)).toMatchObject({ shift: 'late', to: change });
  expect(dutyAt(rotaOf({ shifts }), change, BERLIN)).toMatchObject({ shift: 'early', from: change });
});

test('the answer that is remembered is the answer', () => {
  const rotas = [
    rotaOf({ overlap: HOUR }),
    rotaOf({ id: 'doctors', shifts: [shift('week', [7, 7], [['a'], ['b']])] }),
  ];
  const onCall = onCallOf({ rotas, timeZone: SHANGHAI });
  for (let minute = 0; minute < 9 * 24 * 60; minute += 13) {
    const moment = at('2026-01-05T00:00') + minute * MINUTE;
    expect(onCall.at(moment)).toEqual(rotas.flatMap((rota) => dutiesAt(rota, moment, SHANGHAI)));
  }
});

/** Shifts that cut the day at random minutes: together they cover it, and none lies over another. */
const coveredRota = fc
  .uniqueArray(fc.integer({ min: 0, max: 1439 }), { minLength: 1, maxLength: 5 })
  .chain((cuts) => {
    const edges = cuts.sort((a, b) => a - b);
    const weeks = fc.array(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 3,
    });
    return fc.tuple(...edges.map(() => weeks)).map((staff) =>
      rotaOf({
        shifts: edges.map((from, index) => ({
          ...{ id: `s${index}`, name: 's', weeks: staff[index] ?? [] },
          ...{ from, to: edges[(index + 1) % edges.length] ?? 0 },
        })),
      }),
    );
  });

const moment = fc.oneof(
  fc.integer({ min: at('2025-01-01T00:00'), max: at('2028-01-01T00:00') }),
  // Around the two nights on which clocks change.
  fc.integer({ min: at('2026-03-28T12:00', BERLIN), max: at('2026-03-29T18:00', BERLIN) }),
  fc.integer({ min: at('2026-10-24T12:00', BERLIN), max: at('2026-10-25T18:00', BERLIN) }),
);

test('every moment of a covered rota has exactly one turn with somebody in it, and its ends hold the moment', () => {
  fc.assert(
    fc.property(
      coveredRota,
      moment,
      fc.constantFrom(SHANGHAI, BERLIN, 'Australia/Lord_Howe'),
      (rota, now, zone) => {
        const duty = dutyAt(rota, now, zone);
        expect(duty.people.length).toBeGreaterThan(0);
        expect(duty.from).toBeLessThanOrEqual(now);
        expect(duty.to).toBeGreaterThan(now);
        // The neighbours begin and end where this one does: nothing between, nothing twice.
        expect(dutyAt(rota, duty.to, zone).from).toBe(duty.to);
        expect(dutyAt(rota, duty.from - 1, zone).to).toBe(duty.from);
        expect(dutyAt(rota, duty.from, zone).people).toEqual(duty.people);
        expect(dutyAt(rota, duty.to - 1, zone).people).toEqual(duty.people);
      },
    ),
    { numRuns: 400 },
  );
});

test('substitutes and overlap never make a turn that does not hold its moment', () => {
  const span = fc.tuple(moment, fc.integer({ min: 1, max: 20 * DAY })).map(([from, length]) => ({
    ...{ from, to: from + length },
  }));
  const substitutes = fc.array(
    fc.tuple(span, fc.constantFrom('a', 'b', 'c'), fc.constantFrom('a', 'd')).map(([when, person, by]) => ({
      ...when,
      ...{ person, by },
    })),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(coveredRota, substitutes, moment, (rota, stand, now) => {
      for (const { from, to, people } of dutiesAt(
        { ...rota, substitutes: stand, overlap: HOUR },
        now,
        BERLIN,
      )) {
        expect(people.length).toBeGreaterThan(0);
        expect(from <= now && now < to).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
