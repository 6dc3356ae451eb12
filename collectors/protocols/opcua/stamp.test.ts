import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#model/time';
import { noStamps, type Stamps, stampChange, stampConfirmation, stampPoll } from './stamp.ts';

const NOW = 1_795_000_000_000;

test('a change keeps its source time, however old within a month', () => {
  for (const age of [0, 1, HOUR, 29 * DAY]) {
    const times = { source: NOW - age, server: NOW };
    expect(stampChange(noStamps, times, NOW)).toMatchObject({ at: NOW - age, wrongClock: false });
  }
});

test('a change without a source time has the time of the server, and without both ours', () => {
  expect(stampChange(noStamps, { source: null, server: NOW - 5 }, NOW)).toMatchObject({ at: NOW - 5 });
  expect(stampChange(noStamps, { source: null, server: null }, NOW)).toMatchObject({
    at: NOW,
    wrongClock: false,
  });
});

test.each([0, NOW - 31 * DAY, NOW + 2 * MINUTE, -11_644_473_600_000])(
  'a source time of %d is not believed: the time of the server stands, or ours and the clock is doubted',
  (source) => {
    expect(stampChange(noStamps, { source, server: NOW - 5 }, NOW)).toMatchObject({
      at: NOW - 5,
      wrongClock: false,
    });
    expect(stampChange(noStamps, { source, server: source }, NOW)).toMatchObject({
      at: NOW,
      wrongClock: true,
    });
  },
);

test('a server an hour behind cannot date what it confirms', () => {
  expect(stampConfirmation(noStamps, NOW - HOUR, NOW)).toMatchObject({ at: NOW, wrongClock: true });
  expect(stampConfirmation(noStamps, NOW - MINUTE, NOW)).toMatchObject({
    at: NOW - MINUTE,
    wrongClock: false,
  });
});

test('a clock that was set back dates what follows', () => {
  const { stamps } = stampChange(noStamps, { source: NOW, server: NOW }, NOW);
  const back = stampChange(stamps, { source: NOW - HOUR, server: NOW - HOUR }, NOW);
  expect(back.at).toBe(NOW - HOUR);
  expect(stampChange(back.stamps, { source: NOW - HOUR, server: null }, NOW).at).toBe(NOW - HOUR + 1);
});

test('a polled value is dated by its source once, and by the server after that', () => {
  const times = { source: NOW - HOUR, server: NOW };
  const first = stampPoll(noStamps, times, NOW);
  const second = stampPoll(first.stamps, times, NOW);
  const third = stampPoll(second.stamps, { source: NOW + 7, server: NOW + 10 }, NOW + 10);
  expect([first.at, second.at, third.at]).toEqual([NOW - HOUR, NOW, NOW + 7]);
});

type Step = (stamps: Stamps) => { readonly at: number; readonly stamps: Stamps };

function run(steps: readonly Step[]): readonly number[] {
  let stamps = noStamps;
  return steps.map((step) => {
    const stamped = step(stamps);
    stamps = stamped.stamps;
    return stamped.at;
  });
}

/** A publish brings changes in order; reads in between confirm at the server's time, which runs on. */
const subscription = fc
  .array(fc.record({ changes: fc.array(fc.nat(3), { maxLength: 8 }), reads: fc.nat(3) }), { maxLength: 20 })
  .map((periods) => {
    let clock = NOW;
    return periods.flatMap(({ changes, reads }) => {
      const steps: Step[] = [];
      const from = clock;
      const sources = changes.map((gap) => {
        clock += gap;
        return clock;
      });
      // The reads of a period come before its publish, and may fall on the very same millisecond.
      for (let read = 0; read < reads; read += 1) {
        const server = from + Math.floor(((clock - from) * (read + 1)) / reads);
        steps.push((stamps) => stampConfirmation(stamps, server, server));
      }
      steps.push(
        ...sources.map(
          (source): Step =>
            (stamps) =>
              stampChange(stamps, { source, server: source }, source),
        ),
      );
      clock += 20;
      return steps;
    });
  });

test('no two samples of a point carry the same time', () => {
  fc.assert(
    fc.property(subscription, (steps) => {
      const times = run(steps);
      expect(new Set(times).size).toBe(times.length);
    }),
  );
});

test('polls go forward only, whatever the server says', () => {
  const time = fc.option(fc.integer({ min: NOW - 40 * DAY, max: NOW + DAY }), { nil: null });
  fc.assert(
    fc.property(fc.array(fc.record({ source: time, server: time })), (answers) => {
      const times = run(
        answers.map((answer, index) => (stamps) => stampPoll(stamps, answer, NOW + index * 1000)),
      );
      expect(times.every((at, index) => index === 0 || at > (times[index - 1] ?? 0))).toBe(true);
    }),
  );
});
