import type { Alarm } from '#model/alarm';
import { type ClockStep, clockStepOf } from '#model/clock-step';
import type { Reading } from '#model/reading';
import { type EpochMs, HOUR, type Ms, realClock, SECOND } from '#model/time';
import { limitRule, noDataRule } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';
import { ClockStage, type ClockStageOptions, EVERY, type Record } from './clock-stage.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

/*
 * The clock of a real gateway process is set while it runs. The oracle is the boiler: it knows when it was asked by a
 * clock that nobody sets, and gave a number that tells which question it was.
 */

/** Between the clocks of two processes. */
const APART: Ms = 50;
const ON_DELAY: Ms = 2 * SECOND;
/** Longer than a start takes on a busy machine, and far shorter than any step. */
const NO_DATA: Ms = 60 * SECOND;

interface Setting extends Pick<ClockStageOptions, 'offset' | 'zone'> {
  readonly name: string;
  /** What the clock shows from then on, less the real time, one after the other. */
  readonly offsets: readonly Ms[];
}

/** Above this number of its questions, the boiler is too warm: the delay runs while the clock is set. */
const warmFrom = (serial: number) => limitRule({ limit: serial, onDelay: ON_DELAY, deadband: 0 });
const SETTLED = 6;

function trial({ name, offsets, ...options }: Setting): FaultTrial {
  const rules = [warmFrom(SETTLED), noDataRule({ after: NO_DATA })];
  return {
    name,
    async run(context) {
      const stage = new ClockStage({ dir: context.dir, boilerRules: rules, ...options });
      try {
        return await run(stage, { offsets, first: options.offset ?? 0, context });
      } finally {
        await stage.clear();
      }
    },
  };
}

interface Course {
  readonly offsets: readonly Ms[];
  readonly first: Ms;
  readonly context: TrialContext;
}

async function run(stage: ClockStage, { offsets, first, context }: Course): Promise<TrialResult> {
  await stage.open();
  await stage.polls(SETTLED + 2);
  const set: Ms[] = [];
  for (const offset of offsets) {
    stage.setClock(offset);
    set.push(realClock.monotonic());
    await stage.polls(context.short ? 4 : 40);
  }
  await until('the alarm of the boiler', () => stage.alarms().some(({ rule }) => rule.kind === 'limit'));
  const alarms = stage.alarms();
  await stage.polls(4);
  const record = await stage.close();
  const steps = record.events.map((event) => clockStepOf(event)).filter((step) => step !== undefined);
  mustBeRecorded(steps, [first, ...offsets]);
  mustBeRaisedOnce(alarms);
  const verdict = judged(stage, record, [first, ...offsets]);
  return {
    injected: `${[first, ...offsets].map(offsetText).join(', then ')}; a delay of ${ON_DELAY / SECOND} s runs meanwhile`,
    disturbance: longestPause(stage),
    recovery: recoveryAfter(stage, set),
    ...verdict,
  };
}

const offsetText = (offset: Ms): string => {
  const hours = offset / HOUR;
  if (Math.abs(hours) > 10_000) return '1970';
  return hours === 0 ? 'right' : `${hours > 0 ? '+' : ''}${hours} h`;
};

function must(holds: boolean, claim: string): void {
  if (!holds) throw new Error(claim);
}

/** Each step stands in the journal with its length. */
function mustBeRecorded(steps: readonly ClockStep[], offsets: readonly Ms[]): void {
  const expected = offsets.slice(1).map((offset, index) => offset - (offsets[index] ?? 0));
  const found = steps.map(({ by }) => by);
  const right =
    expected.length === found.length &&
    expected.every((by, index) => Math.abs(by - (found[index] ?? 0)) < SECOND);
  must(right, `steps of ${found} ms are recorded, not of ${expected}`);
}

/** The delay ran out once, and nobody called the step a silence. */
function mustBeRaisedOnce(alarms: readonly Alarm[]): void {
  const told = alarms.map(({ rule }) => rule.id);
  must(told.join() === 'high', `alarms: ${told.join() || 'none'}`);
}

/** Every answer is stored once, under the time that the gateway's clock showed, before or after a step. */
function judged(
  { given }: ClockStage,
  { boiler, aside }: Record,
  offsets: readonly Ms[],
  cutShort: ReadonlySet<number> = new Set(),
) {
  const kept = [...boiler, ...aside].filter(({ value }) => value !== null);
  const serials = kept.map(({ value }) => Number(value));
  const ended = realClock.wall();
  // It is stamped when it has come, before the next question is asked.
  const isRight = ({ at, value }: Reading): boolean => {
    const asked: EpochMs | undefined = given.get(Number(value))?.wall;
    const next = given.get(Number(value) + 1)?.wall ?? ended;
    if (asked === undefined) return false;
    return offsets.some((offset) => at >= asked + offset - APART && at <= next + offset + APART);
  };
  // The last ones may have been asked and not yet answered when the gateway stopped.
  const [first, last] = [Math.min(...serials), Math.max(...serials)];
  const expected = [...given.keys()].filter((serial) => serial >= first && serial <= last);
  const there = new Set(serials);
  return {
    judged: expected.length,
    wrong: kept.filter((reading) => !isRight(reading)).length + (serials.length - there.size),
    lost: expected.filter((serial) => !there.has(serial) && !cutShort.has(serial)).length,
  };
}

const times = ({ given }: ClockStage): Ms[] => [...given.values()].map(({ monotonic }) => monotonic);

/** Beyond the period. */
function longestPause(stage: ClockStage): Ms {
  const asked = times(stage);
  return Math.max(
    0,
    ...asked.slice(1).map((time, index) => Math.round(time - (asked[index] ?? time) - EVERY)),
  );
}

/** The longest from a step to the next question. */
function recoveryAfter(stage: ClockStage, set: readonly Ms[]): Ms {
  const asked = times(stage);
  return Math.max(...set.map((moment) => (asked.find((time) => time >= moment) ?? moment) - moment));
}

/** The run before and the run after differ in their zone only: nothing that is stored or judged may depend on it. */
const zones: FaultTrial = {
  name: 'the time zone of the system is changed',
  async run({ dir, short }) {
    const rules = [warmFrom(SETTLED), noDataRule({ after: NO_DATA })];
    const stage = new ClockStage({ dir, boilerRules: rules, zone: 'America/New_York' });
    try {
      await stage.open();
      await stage.polls(short ? 16 : 60);
      await stage.end();
      // What was asked as the gateway stopped it may not have heard the answer to.
      const cutShort = new Set([stage.given.size]);
      const begun = realClock.monotonic();
      await stage.start('Asia/Shanghai');
      await stage.polls(1);
      const recovery = realClock.monotonic() - begun;
      await stage.polls(short ? 4 : 60);
      const alarms = stage.alarms();
      const record = await stage.close();
      mustBeRaisedOnce(alarms);
      mustBeRecorded(
        record.events.map((event) => clockStepOf(event)).filter((step) => step !== undefined),
        [0],
      );
      return {
        injected: 'New York, then, after a restart, Shanghai',
        disturbance: null,
        recovery,
        ...judged(stage, record, [0], cutShort),
      };
    } finally {
      await stage.clear();
    }
  },
};

const BEFORE_NTP: Ms = 30 * SECOND - realClock.wall();

export const subject: Subject = {
  name: 'time',
  trials: [
    trial({ name: 'the clock is set forward an hour', offsets: [HOUR] }),
    trial({ name: 'the clock is set back an hour', offsets: [-HOUR] }),
    trial({ name: 'forward, back, and right again', offsets: [HOUR, -HOUR, 0] }),
    trial({ name: 'a boot in 1970, then NTP', offset: BEFORE_NTP, offsets: [0] }),
    zones,
  ],
};
