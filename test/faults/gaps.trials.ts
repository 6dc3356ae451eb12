import type { Gap } from '#model/journal';
import type { GapCause } from '#model/outage';
import { type EpochMs, type Ms, realClock } from '#model/time';
import { healthy } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';
import { AccountStage, EVERY, type PointVerdict, type Span, sumOf, type Verdict } from './account-stage.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

/*
 * Each fault leaves exactly its gap. The oracle is the device: it knows when it was asked and what it answered, so a
 * silence of its own says how many samples are missing, without the ledger.
 */

/** A silence is rounded to whole periods at either end. */
const ROUNDING = 2;
/** A reading carries a time of its poll; the device hears the question no further from it than this. */
const ON_THE_WAY: Ms = 2 * EVERY;

interface Fault {
  readonly name: string;
  /** How long the gateway waits for the device's answer. */
  readonly timeout: Ms;
  readonly mortal?: boolean;
  /** Injects the fault and ends it; says what it did and how long the first reading afterwards took. */
  run(stage: AccountStage, context: TrialContext): Promise<{ injected: string; recovery: Ms | null }>;
  /** Throws when the accounts are not what this fault leaves. */
  check(verdict: Verdict, stage: AccountStage): void;
}

const momentAt = (at: EpochMs): Span => ({ since: at, until: at });
const measuredBy = ({ box }: AccountStage): readonly Span[] => [...box.measured.keys()].map(momentAt);

const lengthOf = ({ short }: TrialContext): Ms => (short ? 5 * EVERY : 60 * EVERY);

function restart(name: string, how: 'stopped' | 'killed', boot: string, cause: GapCause): Fault {
  return {
    name,
    mortal: how === 'killed',
    timeout: EVERY / 2,
    async run(stage, context) {
      await stage.endGateway();
      await realClock.sleep(lengthOf(context));
      const begun = realClock.monotonic();
      await stage.startGateway(boot);
      const recovery = realClock.monotonic() - begun + (await stage.someReadings(3));
      return { injected: `${how}, ${lengthOf(context)} ms down`, recovery };
    },
    check({ boiler, box }, stage) {
      onlyMissing(boiler, [cause], stage.asked.values());
      about(missingIn(boiler, cause), silentPeriods([...stage.asked.values()]));
      // The box kept what it measured meanwhile and sent it afterwards.
      onlyMissing(box, [], measuredBy(stage));
    },
  };
}

const silentDevice: Fault = {
  name: 'a device does not answer',
  timeout: EVERY / 2,
  async run(stage, context) {
    stage.device.behaviour = (asked) => stage.asked.delete(asked.serial);
    await realClock.sleep(lengthOf(context));
    stage.device.behaviour = (asked) => stage.answer(() => healthy(asked), asked.serial);
    const recovery = await stage.someReadings(3);
    return { injected: `no answer for ${lengthOf(context)} ms`, recovery };
  },
  check({ boiler, box }, stage) {
    // A failed read is a reading: nothing is missing.
    onlyMissing(boiler, [], stage.asked.values());
    if (sumOf(boiler.ledger.hours, ({ bad }) => bad) < 3)
      throw new Error('the failed reads are not readings');
    onlyMissing(box, [], measuredBy(stage));
  },
};

const slowDevice: Fault = {
  name: 'a device is slower than its period',
  timeout: 4 * EVERY,
  async run(stage, context) {
    const slow: Ms = 1.5 * EVERY;
    stage.device.behaviour = (asked) =>
      stage.answer(() => void realClock.after(slow, () => healthy(asked)), asked.serial);
    await realClock.sleep(lengthOf(context));
    stage.device.behaviour = (asked) => stage.answer(() => healthy(asked), asked.serial);
    return { injected: `answers after ${slow} ms of ${EVERY}`, recovery: await stage.someReadings(3) };
  },
  check({ boiler, box }, stage) {
    onlyMissing(boiler, ['read-skipped'], stage.asked.values());
    onlyMissing(box, [], measuredBy(stage));
  },
};

const awayWithMemory: Fault = {
  name: 'a logger is off line and keeps its readings',
  timeout: EVERY / 2,
  async run(stage, context) {
    await stage.wire.refuse();
    await realClock.sleep(lengthOf(context));
    const kept = stage.box.waiting;
    await stage.wire.start();
    const recovery = await stage.someReadings(kept + 3);
    return { injected: `${lengthOf(context)} ms off line, ${kept} kept`, recovery };
  },
  check({ boiler, box }, stage) {
    onlyMissing(box, [], measuredBy(stage));
    onlyMissing(boiler, [], stage.asked.values());
  },
};

const awayWithout: Fault = {
  name: 'a logger is off line and measures nothing',
  timeout: EVERY / 2,
  async run(stage, context) {
    await until('the box is empty', () => stage.box.waiting === 0);
    await stage.box.stop();
    await realClock.sleep(lengthOf(context));
    stage.newBox();
    return { injected: `${lengthOf(context)} ms away`, recovery: await stage.someReadings(3) };
  },
  check({ boiler, box }, stage) {
    onlyMissing(box, ['device-offline'], measuredBy(stage));
    about(missingIn(box, 'device-offline'), silentPeriods(box.readings.map(({ at }) => momentAt(at))));
    onlyMissing(boiler, [], stage.asked.values());
  },
};

const FAULTS: readonly Fault[] = [
  restart('the gateway is stopped and started', 'stopped', 'this boot', 'gateway-stopped'),
  restart('the gateway dies', 'killed', 'this boot', 'gateway-died'),
  restart('the power is cut', 'killed', 'another boot', 'power-lost'),
  ...[silentDevice, slowDevice, awayWithMemory, awayWithout],
];

async function runFault(fault: Fault, context: TrialContext): Promise<TrialResult> {
  const stage = new AccountStage({ ...context, timeout: fault.timeout });
  try {
    await stage.open(context.short ? 5 : 50, fault.mortal === true);
    const { injected, recovery } = await fault.run(stage, context);
    const verdict = await stage.close();
    fits(verdict.boiler);
    fits(verdict.box);
    fault.check(verdict, stage);
    const judged = verdict.boiler.readings.length + verdict.box.readings.length;
    return { injected, recovery, disturbance: null, judged, ...judge(verdict, stage) };
  } finally {
    await stage.clear();
  }
}

/** The count of what was due, made of nothing but the clock: from the first tick to the last. */
function fits({ readings, ledger: { hours, unbalanced } }: PointVerdict): void {
  const times = readings.map(({ at }) => at).sort((a, b) => a - b);
  const length = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const expected = sumOf(hours, (row) => row.expected);
  const nominal = length / EVERY + 1;
  // At the ends the account begins before the first reading and ends after the last.
  const slack = 0.03 * nominal + 20_000 / EVERY;
  if (expected < nominal * 0.97 - ROUNDING || expected > nominal + slack)
    throw new Error(`${expected} were due by the ledger, ${nominal.toFixed(1)} by the clock`);
  if (unbalanced.length > 0) throw new Error(`${unbalanced.length} hours do not balance`);
}

/** Gaps between the first and the last reading: the others are the trial's own beginning and end. */
function gapsOf({ readings, ledger: { gaps } }: PointVerdict): readonly Gap[] {
  const times = readings.map(({ at }) => at);
  const [first, last] = [Math.min(...times), Math.max(...times)];
  return gaps.filter(({ from, to }) => from > first && to <= last);
}

const missingIn = (point: PointVerdict, wanted: GapCause): number =>
  gapsOf(point).reduce((sum, { cause, missing }) => sum + (cause === wanted ? missing : 0), 0);

/** Near to a stop, and before a logger is back, that is what the ledger says of a sample that nobody took. */
const STOPS = ['gateway-stopped', 'gateway-died', 'power-lost'] as const;
const HONEST: ReadonlySet<GapCause> = new Set(['silent', 'read-skipped', 'device-offline', ...STOPS]);

/**
 * Missing are none but those of the causes. A machine that is busy with other things may make a device's own timer late:
 * `given`, when it gave something, says whether that is what happened.
 */
function onlyMissing(point: PointVerdict, causes: readonly GapCause[], given: Iterable<Span>): void {
  const spans = [...given];
  const gaps = gapsOf(point);
  const isTrue = ({ from, to }: Gap) =>
    !spans.some(({ since, until }) => since > from && until < to - EVERY / 2);
  const other = gaps.filter((gap) => !causes.includes(gap.cause) && !(HONEST.has(gap.cause) && isTrue(gap)));
  if (other.length > 0) throw new Error(`gaps that should not be: ${JSON.stringify(other)}`);
  for (const cause of causes)
    if (!gaps.some((gap) => gap.cause === cause)) throw new Error(`no gap says ${cause}`);
}

function about(found: number, [least, most]: readonly [number, number]): void {
  if (found < least - ROUNDING || found > most + ROUNDING)
    throw new Error(`${found} are missing by the ledger, ${least} to ${most} by the device`);
}

/** How many periods without a reading lie in the longest silence: at least and at most. */
function silentPeriods(spans: readonly Span[]): readonly [number, number] {
  const sorted = spans.toSorted((a, b) => a.until - b.until);
  const longest = (step: (before: Span, after: Span) => Ms): number => {
    const steps = sorted.slice(1).map((after, index) => step(sorted[index] ?? after, after));
    return Math.round(Math.max(...steps) / EVERY) - 1;
  };
  return [
    longest((before, after) => after.since - before.until),
    longest((before, after) => after.until - before.since),
  ];
}

/** Wrong: a value that the device did not give at that time. Lost: what it gave, and is neither stored nor in a gap. */
function judge({ boiler, box }: Verdict, stage: AccountStage): { wrong: number; lost: number } {
  const good = boiler.readings.filter(({ quality }) => quality === 'good');
  const isNear = ({ since, until }: Span, from: EpochMs, to: EpochMs) => until > from && since < to;
  const wrong = good.filter(({ at, value }) => {
    const given = stage.asked.get(value ?? -1);
    return given === undefined || !isNear(given, at - ON_THE_WAY, at + ON_THE_WAY);
  });
  const stored = new Set(good.map(({ value }) => value));
  const inGap = (asked: Span) =>
    boiler.ledger.gaps.some(({ from, to }) => isNear(asked, from - 2 * EVERY, to + 2 * EVERY));
  // What was asked last was under way when the trial itself stopped the gateway.
  const end = Math.max(...boiler.readings.map(({ at }) => at));
  // On a busy machine an answer may come too late: then the failed read is the reading.
  const bad = boiler.readings.filter(({ quality }) => quality === 'bad');
  const isTold = (asked: Span) => inGap(asked) || bad.some(({ at }) => isNear(asked, at - EVERY, at + EVERY));
  const lost = [...stage.asked].filter(
    ([serial, asked]) => asked.until < end && !stored.has(serial) && !isTold(asked),
  );
  const ofBox = stage.box.judge(box.readings.filter(({ at }) => stage.box.measured.has(at)));
  return { wrong: wrong.length + ofBox.wrong, lost: lost.length + ofBox.lost };
}

const trialOf = (fault: Fault): FaultTrial => ({
  name: fault.name,
  run: (context) => runFault(fault, context),
});

export const subject: Subject = { name: 'gaps', trials: FAULTS.map(trialOf) };
