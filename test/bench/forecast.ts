/*
 * How often a forecast hits and how often it cries wolf, on the physics of the simulator:
 * `node test/bench/forecast.ts [trials] [horizons in hours]`.
 * The physics, the rule and the evaluator are the real ones; time is simulated, and the same seed gives the same table.
 */

import type { Alarm } from '#model/alarm';
import { DAY, HOUR, MINUTE, type Ms, SECOND } from '#model/time';
import { BEGINNING } from '../../alerts/engine/changes.ts';
import { Evaluator } from '../../alerts/engine/judge/evaluator.ts';
import type { PhysicsFault } from '../../firmware-sim/faults/fault.ts';
import { noiseOf } from '../../firmware-sim/physics/instruments.ts';
import { normal, type Random, seededRandom } from '../../firmware-sim/physics/random.ts';
import { cabinets, refrigerated } from '../../firmware-sim/physics/refrigerated.ts';
import { ruleLike } from '../kit/alarm-rules.ts';
import { goodReading } from '../kit/alarms-engine.ts';
import { alarmSite } from '../kit/alarms-site.ts';
import { readingsEntry, START } from '../kit/alarms-timeline.ts';
import { silentAnnouncer } from '../kit/silent-announcer.ts';
import { formatTable } from '../kit/table.ts';

type Cabinet = keyof typeof cabinets;

const LIMITS: Readonly<Record<Cabinet, number>> = {
  fridge: 8,
  freezer: -15,
  'ultra-freezer': -60,
  'cold-room': 5,
};
const STEP: Ms = 10 * SECOND;
const EVERY: Ms = MINUTE;
const WARM_UP: Ms = DAY;
const ON_DELAY: Ms = 10 * MINUTE;

interface Course {
  readonly cabinet: Cabinet;
  readonly horizon: Ms;
  readonly seed: number;
  readonly lasts: Ms;
  /** From `WARM_UP` on, for ever. */
  readonly fault: PhysicsFault | null;
}

interface Outcome {
  readonly alarms: readonly Alarm[];
  /** Since when the true temperature of the upper probe was above the limit for as long as alarms of a limit wait. */
  readonly crossed: number | null;
}

function run({ cabinet, horizon, seed, lasts, fault }: Course): Outcome {
  const random: Random = seededRandom(seed, cabinet);
  const limit = LIMITS[cabinet];
  const model = refrigerated(cabinets[cabinet]);
  const rule = ruleLike({ kind: 'forecast', limit, horizon, onDelay: ON_DELAY, deadband: 0.2 });
  const evaluator = new Evaluator(
    alarmSite({ rules: [rule], every: EVERY }),
    silentAnnouncer,
    { position: BEGINNING, points: [], alarms: [], kept: [] },
    START,
  );
  const alarms = new Map<string, Alarm>();
  const none = new Set<PhysicsFault>();
  const broken = new Set(fault === null ? [] : [fault]);
  let state = model.initial(random);
  let above: number | null = null;
  let crossed: number | null = null;
  for (let now = START; now < START + lasts && crossed === null; now += STEP) {
    const passed = now - START;
    const faults = passed >= WARM_UP ? broken : none;
    const hour = ((passed / HOUR) % 24) + (seed % 24);
    state = model.step(
      state,
      { dt: STEP / SECOND, hour: hour % 24, powered: !faults.has('power-cut'), faults },
      random,
    );
    above = state.upper > limit ? (above ?? now) : null;
    if (above !== null && now - above >= ON_DELAY) crossed = above;
    if (passed % EVERY !== 0) continue;
    const value = Math.round((state.upper + noiseOf('temperature') * normal(random)) * 10) / 10;
    evaluator.take(readingsEntry(1, now, [goodReading(value, now)]));
    for (const alarm of evaluator.drain().alarms) alarms.set(alarm.id, alarm);
  }
  return { alarms: [...alarms.values()], crossed };
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
const minutes = (span: Ms): number => Math.round(span / MINUTE);

const TRIALS = Number(process.argv[2] ?? 60);
const QUIET_DAYS = 15;
const HORIZONS = (process.argv[3] ?? '0.5,1,2,4').split(',').map((hours) => Number(hours) * HOUR);

/** Faults after which it gets too warm: what was told, and how long before. */
function hits(cabinet: Cabinet, fault: PhysicsFault, horizon: Ms) {
  const outcomes = Array.from({ length: TRIALS }, (_, seed) =>
    run({ cabinet, fault, horizon, seed, lasts: WARM_UP + 3 * DAY }),
  );
  const crossings = outcomes.flatMap(({ crossed, alarms }) =>
    crossed === null ? [] : [{ crossed, alarms }],
  );
  const told = crossings.flatMap(({ crossed, alarms }) => {
    const first = alarms.find(
      ({ raisedAt, clearedAt }) => raisedAt >= START + WARM_UP && raisedAt < crossed && clearedAt === null,
    );
    return first === undefined
      ? []
      : [{ lead: crossed - first.raisedAt, error: (first.expectedAt ?? Number.NaN) - crossed }];
  });
  return [
    ...[cabinet, fault, `${horizon / HOUR} h`, crossings.length],
    crossings.length === 0
      ? null
      : minutes(median(crossings.map(({ crossed }) => crossed - START - WARM_UP))),
    crossings.length === 0 ? null : `${Math.round((100 * told.length) / crossings.length)} %`,
    told.length === 0 ? null : minutes(median(told.map(({ lead }) => lead))),
    told.length === 0 ? null : minutes(median(told.map(({ error }) => error))),
  ];
}

/** Days without a fault: doors, the compressor's cycle, defrosts. */
function wolves(cabinet: Cabinet, horizon: Ms) {
  const courses = Array.from({ length: TRIALS }, (_, seed) =>
    run({ cabinet, fault: null, horizon, seed: 1_000 + seed, lasts: WARM_UP + QUIET_DAYS * DAY }),
  );
  const days = (courses.length * (WARM_UP + QUIET_DAYS * DAY)) / DAY;
  const kept = courses.filter(({ crossed }) => crossed === null).length;
  const alarms = courses.flatMap((course) => course.alarms).length;
  return [cabinet, `${horizon / HOUR} h`, kept, alarms, Number(((30 * alarms) / days).toFixed(2))];
}

const faults: readonly (readonly [Cabinet, PhysicsFault])[] = [
  ['fridge', 'compressor-failure'],
  ['fridge', 'power-cut'],
  ['fridge', 'door-open'],
  ['freezer', 'compressor-failure'],
  ['ultra-freezer', 'power-cut'],
  ['cold-room', 'compressor-failure'],
];
console.log(
  formatTable({
    title: `Told before it was too warm (${TRIALS} trials each)`,
    head: [
      'cabinet',
      'fault',
      'horizon',
      'crossed',
      'min to limit (median)',
      'told before',
      'min ahead (median)',
      'error of the time, min (median)',
    ],
    rows: HORIZONS.flatMap((horizon) => faults.map(([cabinet, fault]) => hits(cabinet, fault, horizon))),
  }),
);
console.log(
  formatTable({
    title: `False alarms in ${QUIET_DAYS} days without a fault (${TRIALS} cabinets each)`,
    head: ['cabinet', 'horizon', 'never too warm', 'alarms', 'a point and month'],
    rows: HORIZONS.flatMap((horizon) =>
      (Object.keys(LIMITS) as Cabinet[]).map((cabinet) => wolves(cabinet, horizon)),
    ),
  }),
);
