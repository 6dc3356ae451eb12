import type { Alarm } from '#model/alarm';
import type { Reading } from '#model/reading';
import { LATE_AFTER } from '#model/reading';
import { DAY, HOUR, MINUTE, type Ms, realClock } from '#model/time';
import { limitRule } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';
import { ClockStage, type ClockStageOptions, EVERY, type Record } from './clock-stage.ts';
import { type Measured, measured, randomOf, send, shuffled, type Warm } from './memory-box.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

/*
 * Boxes with a memory and a clock of their own, against a real gateway process. The oracle is the box: it knows what it
 * measured when. The boiler is the bystander that must go on being read.
 */

const RULES = [limitRule({ onDelay: 10 * MINUTE })];
/** What came before the fault and what was undone by it is not the fault's. */
const SETTLED = 4;

interface Told {
  readonly injected: string;
  readonly recovery: Ms | null;
  /** All that the box measured, that must be there. */
  readonly sent: readonly Measured[];
  /** Throws when the record is not what this fault should leave. */
  readonly check?: (record: Record, alarms: readonly Alarm[]) => void;
}

const trial = (
  name: string,
  run: (stage: ClockStage, context: TrialContext) => Promise<Told>,
  options: Omit<ClockStageOptions, 'dir'> = {},
): FaultTrial => ({
  name,
  async run(context) {
    const stage = new ClockStage({ dir: context.dir, boxRules: RULES, ...options });
    try {
      await stage.open();
      await stage.polls(SETTLED);
      const { injected, recovery, sent, check } = await run(stage, context);
      await stage.polls(2);
      const alarms = stage.alarms();
      const record = await stage.close();
      check?.(record, alarms);
      return { injected, recovery, disturbance: longestPause(stage), ...judged(sent, record) };
    } finally {
      await stage.clear();
    }
  },
});

/** Beyond the period. */
function longestPause({ given }: ClockStage): Ms {
  const times = [...given.values()].map(({ monotonic }) => monotonic);
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return Math.max(0, ...pauses.map((pause) => Math.round(pause - EVERY)));
}

/** Every measurement must lie in its place, or aside as it is, and nothing else may be there. */
function judged(
  sent: readonly Measured[],
  { box, aside }: Record,
): Pick<TrialResult, 'wrong' | 'lost' | 'judged'> {
  const key = ({ at, value }: { at: number; value: number | null }) => `${at} ${value}`;
  const wanted = new Set(sent.map(key));
  const kept = [...box, ...aside];
  const there = new Set(kept.map(key));
  return {
    judged: wanted.size,
    lost: [...wanted].filter((one) => !there.has(one)).length,
    wrong: kept.filter((reading) => !wanted.has(key(reading))).length + (kept.length - there.size),
  };
}

function must(holds: boolean, claim: string): void {
  if (!holds) throw new Error(claim);
}

/** Alarms that the warm spans must have given, each once, late, from beginning to end. */
function mustBeTold(alarms: readonly Alarm[], all: readonly Measured[], warm: readonly Warm[]): void {
  const expected = warm.map(({ from, length }) => [all[from]?.at, all[from + length]?.at]);
  const told = alarms.toSorted((a, b) => a.since - b.since).map(({ since, clearedAt }) => [since, clearedAt]);
  must(
    JSON.stringify(told) === JSON.stringify(expected),
    `told ${JSON.stringify(told)}, not ${JSON.stringify(expected)}`,
  );
  must(
    alarms.every(({ late }) => late),
    'an alarm of days ago is not marked late',
  );
}

function mustBeFlagged(box: readonly Reading[], came: number): void {
  const unflagged = box.filter(({ at, arrived }) => came - at > LATE_AFTER + MINUTE && arrived === undefined);
  must(unflagged.length === 0, `${unflagged.length} readings of long ago do not say when they came`);
}

const alarmsShown = (stage: ClockStage, count: number): Promise<unknown> =>
  until(`${count} alarms`, () => stage.alarms().length >= count);

const WARM: readonly Warm[] = [
  { from: 300, length: 25 },
  { from: 1500, length: 90 },
  { from: 3100, length: 11 },
];

const threeDays = trial('three days out, then all at once', async (stage, { seed }) => {
  const random = randomOf(seed);
  const clockOffset = -7 * MINUTE;
  const start = realClock.wall() + clockOffset - 4_000 * MINUTE;
  const all = measured(start, 4_000, WARM);
  const twice = all.filter(() => random() < 0.1);
  const client = await stage.box();
  const begun = realClock.monotonic();
  await send(shuffled([...all, ...twice], random), { client, topic: stage.boxTopic, clockOffset });
  const taken = realClock.monotonic() - begun;
  const came = realClock.wall();
  await alarmsShown(stage, WARM.length);
  return {
    injected: `4000 readings of ${Math.round(4_000 / 1_440)} days, ${twice.length} twice, shuffled, clock 7 min behind; taken in ${Math.round(taken)} ms`,
    recovery: realClock.monotonic() - begun - taken,
    sent: all,
    check: ({ box, events }, alarms) => {
      mustBeTold(alarms, all, WARM);
      mustBeFlagged(box, came);
      must(
        box.every(({ quality }) => quality === 'good'),
        'a clock that is known to be off made readings doubtful',
      );
      const off = events.filter(({ type }) => type === 'device-clock-off');
      must(off.length === 1, `${off.length} events say that the clock is off`);
    },
  };
});

const twoConnections = trial('500 readings twice over two connections, shuffled', async (stage, { seed }) => {
  const random = randomOf(seed);
  const warm = [{ from: 100, length: 30 }];
  const all = measured(realClock.wall() - 600 * MINUTE, 500, warm);
  const clients = [await stage.box(), await stage.box()];
  await Promise.all(
    clients.map((client) => send(shuffled(all, random), { client, topic: stage.boxTopic, size: 20 })),
  );
  const begun = realClock.monotonic();
  await alarmsShown(stage, 1);
  return {
    injected: '500 readings, each by two connections at once, in other orders',
    recovery: realClock.monotonic() - begun,
    sent: all,
    check: (_, alarms) => mustBeTold(alarms, all, warm),
  };
});

const wrongClocks = trial('clocks of a box that are wrong', async (stage) => {
  const client = await stage.box();
  const now = realClock.wall();
  const offsets: readonly (readonly [Ms, string])[] = [
    [7 * MINUTE, 'good'],
    [45 * MINUTE, 'uncertain'],
    [3 * HOUR, 'aside'],
    [30 * DAY, 'aside'],
    [-now + 90_000, 'aside'],
  ];
  const groups = offsets.map(([offset]) =>
    measured(now + offset - 50_000, 50).map(({ value }, second) => ({
      at: now + offset - 50_000 + second * 1_000,
      value: value + offset / DAY / 1e6,
    })),
  );
  for (const [index, [clockOffset]] of offsets.entries()) {
    await send(groups[index] ?? [], { client, topic: stage.boxTopic, clockOffset });
  }
  return {
    injected: '50 readings each with a clock 7 min, 45 min, 3 h, 30 days ahead and one of 1970',
    recovery: null,
    sent: groups.flat(),
    check: ({ box, aside, events }) => {
      const place = ({ at }: Measured) =>
        aside.some((one) => one.at === at) ? 'aside' : box.find((one) => one.at === at)?.quality;
      for (const [index, [offset, where]] of offsets.entries()) {
        const places = new Set(groups[index]?.map(place));
        must(
          places.size === 1 && places.has(where as 'good'),
          `${offset / MINUTE} min ahead: ${[...places]}, not ${where}`,
        );
      }
      must(
        events.some(({ type }) => type === 'device-clock-off'),
        'nothing says that a clock is off',
      );
    },
  };
});

const killedMeanwhile = trial('the gateway is killed while a memory is emptied', async (stage, { seed }) => {
  const random = randomOf(seed);
  const all = measured(realClock.wall() - 4_100 * MINUTE, 4_000, WARM);
  const client = await stage.box();
  const sending = send(shuffled(all, random), { client, topic: stage.boxTopic, size: 10 });
  await realClock.sleep(20 + random() * 80);
  await stage.end('SIGKILL');
  const begun = realClock.monotonic();
  await stage.start();
  await sending;
  await alarmsShown(stage, WARM.length);
  return {
    injected: 'kill -9 in the middle of 400 messages; what was not acknowledged is sent again',
    recovery: realClock.monotonic() - begun,
    sent: all,
    check: (_, alarms) => mustBeTold(alarms, all, WARM),
  };
});

const hourAgain = trial('the clock of a box falls back an hour', async (stage) => {
  const start = Math.floor((realClock.wall() - 3 * HOUR) / HOUR) * HOUR;
  const first = measured(start, 60);
  // The same minutes again, other values, and warm for a quarter of an hour.
  const second = measured(start, 60, [{ from: 20, length: 15 }]).map(({ at, value }) => ({
    at,
    value: value + 0.5,
  }));
  const client = await stage.box();
  await send(first, { client, topic: stage.boxTopic });
  await send(second, { client, topic: stage.boxTopic });
  const begun = realClock.monotonic();
  await alarmsShown(stage, 1);
  return {
    injected: '60 whole minutes measured twice, with other values',
    recovery: realClock.monotonic() - begun,
    sent: [...first, ...second],
    check: ({ box, aside }, alarms) => {
      must(box.length === 60 && aside.length === 60, `${box.length} stored, ${aside.length} aside`);
      must(
        box.every(({ value }, minute) => value === first[minute]?.value),
        'what stood first was replaced',
      );
      must(
        alarms.length === 1 && alarms[0]?.since === second[20]?.at,
        'the warm quarter of an hour was not told',
      );
    },
  };
});

export const subject: Subject = {
  name: 'loggers',
  trials: [threeDays, twoConnections, wrongClocks, killedMeanwhile, hourAgain],
};
