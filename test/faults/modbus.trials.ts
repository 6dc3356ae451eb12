import type { Clock, Ms } from '#model/time';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { FATES, type Fate } from '../kit/modbus-fates.ts';
import type { ScriptedFraming } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';
import { type Field, PERIOD, type Seen, startField } from './modbus-field.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

const BOTH: readonly ScriptedFraming[] = ['mbap', 'rtu'];
/** A fault's end may fall between two reads of the machine that runs this beside other tests. */
const SLACK: Ms = 1_000;

interface Fault {
  readonly name: string;
  readonly framings?: readonly ScriptedFraming[];
  readonly units?: readonly number[];
  readonly period?: Ms;
  /** The devices' trait. */
  readonly pause?: Ms;
  /** Units that the fault is of; the others must stay good. All: the line itself fails. */
  readonly faulty?: readonly number[];
  /** The device is read well all the time. */
  readonly isHarmless?: boolean;
  readonly inject: (field: Field, context: TrialContext) => void | Promise<void>;
  readonly heal?: (field: Field) => void | Promise<void>;
}

const all = [1, 2, 3];

const trial = (fault: Fault): FaultTrial => ({
  name: fault.name,
  async run(context) {
    const results = await Promise.all(
      (fault.framings ?? BOTH).map((framing) => onLine(framing, fault, context)),
    );
    return results.reduce(together);
  },
});

/** Two lines with the same fault at the same time are one row. */
const together = (one: TrialResult, other: TrialResult): TrialResult => ({
  injected: `${one.injected}; ${other.injected}`,
  wrong: one.wrong + other.wrong,
  lost: one.lost + other.lost,
  judged: one.judged + other.judged,
  disturbance: longer(one.disturbance, other.disturbance),
  recovery: longer(one.recovery, other.recovery),
});

const longer = (one: Ms | null, other: Ms | null): Ms | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

async function onLine(framing: ScriptedFraming, fault: Fault, context: TrialContext): Promise<TrialResult> {
  const { units = all, faulty = [1], isHarmless = false } = fault;
  const field = await startField({
    framing,
    seed: context.seed,
    units,
    ...(fault.period !== undefined && { period: fault.period }),
    ...(fault.pause !== undefined && { pause: fault.pause }),
  });
  try {
    await field.rounds(1);
    const normal = longestOf(field.seen);
    for (const seen of field.seen)
      Object.assign(seen, { longest: 0, bad: 0, skipped: 0, reads: 0, badReads: 0 });
    const asked = field.server.asked;
    await fault.inject(field, context);
    await field.rounds(context.short ? 3 : 25);
    const others = field.seen.filter(({ unit }) => !faulty.includes(unit));
    const disturbance = others.length === 0 ? null : Math.max(0, longestOf(others) - normal);
    checkOthers(others, context);
    const recovery = await recover(field, fault, faulty);
    const sum = (what: (seen: Seen) => number) => field.seen.reduce((total, seen) => total + what(seen), 0);
    const total = sum(({ good, bad }) => good + bad);
    if (isHarmless && sum(({ badReads }) => badReads) > (context.short ? 1 : 0))
      throw new Error(`${fault.name}: readings were bad`);
    return {
      injected: `${framing === 'mbap' ? 'TCP' : 'RTU'} ${field.injected || field.server.asked - asked} answers`,
      wrong: sum(({ wrong }) => wrong),
      lost: sum(({ missing }) => missing),
      judged: total,
      disturbance,
      recovery: isHarmless ? null : recovery,
    };
  } finally {
    await field.stop();
  }
}

const longestOf = (seen: readonly Seen[]): Ms => Math.max(...seen.map(({ longest }) => longest));

/** A machine that is busy with other tests may itself come late to a read; a line that is held up loses many. */
function checkOthers(others: readonly Seen[], { short }: TrialContext): void {
  for (const { unit, skipped, badReads, reads } of others) {
    const allowed = short ? 1 : Math.ceil(reads / 100);
    if (skipped > allowed) throw new Error(`unit ${unit} lost its period ${skipped} times`);
    if (badReads > allowed) throw new Error(`unit ${unit} was not read well ${badReads} times of ${reads}`);
  }
}

async function recover(
  field: Field,
  { name, heal, period = PERIOD }: Fault,
  faulty: readonly number[],
): Promise<Ms> {
  field.fateOf = () => undefined;
  field.proxy.heal();
  await heal?.(field);
  const end = field.clock.monotonic();
  const sick = field.seen.filter(({ unit }) => faulty.includes(unit));
  await until('all is good again', () => sick.every(({ goodAt }) => goodAt > end));
  const took = Math.max(...sick.map(({ goodAt }) => goodAt)) - end;
  if (took > 2 * period + SLACK) throw new Error(`${name}: good again only after ${took.toFixed(0)} ms`);
  await field.rounds(1);
  return took;
}

/** Unit 1's answers meet this fate. */
const fate = (name: string, ...fates: readonly Fate[]): Fault => ({
  name,
  inject: (field) => {
    field.fateOf = (unit, serial) => (unit === 1 ? fates[serial % fates.length] : undefined);
  },
});

const ofTheWire = (name: string, inject: Fault['inject'], more: Partial<Fault> = {}): Fault => ({
  name,
  faulty: all,
  inject,
  ...more,
});

const NEEDED_PAUSE: Ms = 10;

/** Whether a question comes too early for devices that need a pause after each. */
function earlyQuestions(clock: Clock): () => boolean {
  let readyAt = 0;
  return () => {
    const now = clock.monotonic();
    const isEarly = now < readyAt;
    readyAt = now + NEEDED_PAUSE;
    return isEarly;
  };
}

function needPause(field: Field): void {
  const isEarly = earlyQuestions(field.clock);
  field.fateOf = (_unit, serial) => {
    if (!isEarly()) return undefined;
    return serial % 2 === 0 ? 'garbage' : 'silent';
  };
}

const FAULTS: readonly Fault[] = [
  fate('a slave is silent', 'silent'),
  fate('answers come late', 'late'),
  fate('answers come up to three time-outs late', 'very-late'),
  fate('answers to the question before, and to this one', 'crossed'),
  fate('another unit, another function', 'wrong-unit', 'wrong-function'),
  { ...fate('another transaction id', 'wrong-transaction'), framings: ['mbap'] },
  fate('wrong byte counts', 'short-count', 'fewer', 'more'),
  fate('frames truncated, doubled, garbage', 'truncated', 'twice', 'garbage'),
  { ...fate('wrong checksums', 'bad-crc'), framings: ['rtu'] },
  fate('exceptions of every code', 'exception'),
  fate('the connection closed or reset on a question', 'close', 'reset'),
  { ...fate('a converter that hangs up after each answer', 'close-after'), isHarmless: true },
  {
    ...fate('a converter that takes one connection only, a slave silent', 'silent'),
    inject: (field) => {
      field.proxy.welcome = 'only';
      field.fateOf = (unit) => (unit === 1 ? 'silent' : undefined);
    },
  },
  {
    name: 'devices that need a pause between requests',
    pause: NEEDED_PAUSE + 5,
    faulty: all,
    isHarmless: true,
    inject: needPause,
    heal: needPause,
  },
  {
    name: 'devices that need a pause between requests, an answer in five lost',
    pause: NEEDED_PAUSE + 5,
    inject: (field) => {
      const isEarly = earlyQuestions(field.clock);
      field.fateOf = (unit, serial) => (isEarly() || (unit === 1 && serial % 5 === 0) ? 'silent' : undefined);
    },
    heal: needPause,
  },
  {
    name: 'each answer of a unit its own random fault',
    inject: (field, { seed }) => {
      const random = seededRandom(seed, 'fates');
      field.fateOf = (unit) => (unit === 1 ? FATES[Math.floor(random() * FATES.length)] : undefined);
    },
  },
  ofTheWire(
    'half-open: the connection stays, nothing arrives',
    ({ proxy }) => {
      proxy.up = { swallow: true };
      proxy.down = { swallow: true };
      proxy.welcome = 'hold';
    },
    { heal: ({ proxy }) => proxy.cut('reset') },
  ),
  ofTheWire('nobody listens', ({ proxy }) => proxy.refuse(), {
    heal: async ({ proxy }) => void (await proxy.start()),
  }),
  ofTheWire(
    'a wire that brings answers in pieces, or together',
    ({ proxy }) => {
      proxy.down = { pieces: 5 };
      proxy.up = { gather: 5 };
    },
    { isHarmless: true },
  ),
  ofTheWire(
    'a wire that spoils one byte in fifty',
    ({ proxy }) => {
      proxy.down = { corrupt: 0.02 };
    },
    { framings: ['rtu'] },
  ),
  {
    ...fate('four of ten units on one line are dead'),
    units: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    period: 1_500,
    faulty: [2, 4, 6, 8],
    inject: (field) => {
      field.fateOf = (unit) => ([2, 4, 6, 8].includes(unit) ? 'silent' : undefined);
    },
  },
];

export const subject: Subject = { name: 'modbus', trials: FAULTS.map(trial) };
