import { DAY, type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';
import { between, type Random } from '../../firmware-sim/physics/random.ts';
import { type Incident, type IncidentKind, overlaps } from './incident.ts';

/** A device as the schedule sees it. */
export interface Victim {
  readonly id: string;
  readonly protocol: 'modbus' | 'opcua' | 'mqtt';
  /** Devices on the same wire share it. */
  readonly line: string;
  /** Names of physical faults that it can suffer. */
  readonly suffers: (fault: string) => boolean;
  /** By plan, every week. */
  readonly calibrated: boolean;
  /** Keys of points that measure, doors and mains aside. */
  readonly measures: readonly string[];
}

interface Plan {
  readonly kind: IncidentKind;
  /** Of each device that it fits, or of the whole site. */
  readonly perYear: number;
  readonly lasts: readonly [shortest: Ms, longest: Ms];
  readonly befalls: (victim: Victim) => boolean;
  /** Befalls one point of the device, not all. */
  readonly point?: true;
  /** Befalls every device at once, or all on the device's wire. */
  readonly wide?: 'site' | 'line';
}

const suffers = (fault: string) => (victim: Victim) => victim.suffers(fault);
const polled = ({ protocol }: Victim) => protocol !== 'mqtt';
const measures = ({ measures: keys }: Victim) => keys.length > 0;
const everything = () => true;

/**
 * How often what happens, of each device or of the site: estimates of ours for a hospital that is not looked after too
 * well. Each kind has short cases that must ring nobody beside long ones that must.
 */
const PLANS: readonly Plan[] = [
  { kind: 'gateway down', perYear: 6, lasts: [2 * MINUTE, 6 * HOUR], befalls: everything, wide: 'site' },
  {
    kind: 'power cut of the site',
    perYear: 8,
    lasts: [MINUTE, 5 * HOUR],
    befalls: suffers('power-cut'),
    wide: 'site',
  },
  { kind: 'line down', perYear: 3, lasts: [2 * MINUTE, 8 * HOUR], befalls: polled, wide: 'line' },
  { kind: 'door held open', perYear: 40, lasts: [MINUTE, 4 * MINUTE], befalls: suffers('door-open') },
  { kind: 'door forgotten', perYear: 10, lasts: [8 * MINUTE, 2 * HOUR], befalls: suffers('door-open') },
  {
    kind: 'plug pulled',
    perYear: 1,
    lasts: [10 * MINUTE, 10 * HOUR],
    befalls: suffers('compressor-failure'),
  },
  {
    kind: 'compressor failure',
    perYear: 1.5,
    lasts: [2 * HOUR, 20 * HOUR],
    befalls: suffers('compressor-failure'),
  },
  { kind: 'dosing failure', perYear: 5, lasts: [2 * HOUR, 12 * HOUR], befalls: suffers('dosing-failure') },
  { kind: 'chlorine eaten', perYear: 3, lasts: [10 * MINUTE, 4 * HOUR], befalls: suffers('chlorine-loss') },
  {
    kind: 'school class in the pool',
    perYear: 8,
    lasts: [HOUR, 3 * HOUR],
    befalls: suffers('flood-of-bathers'),
  },
  { kind: 'source passage', perYear: 15, lasts: [MINUTE, 20 * MINUTE], befalls: suffers('source-passage') },
  { kind: 'device silent', perYear: 4, lasts: [MINUTE, 6 * HOUR], befalls: polled },
  {
    kind: 'logger out of reach',
    perYear: 30,
    lasts: [5 * MINUTE, 12 * HOUR],
    befalls: ({ protocol }) => protocol === 'mqtt',
  },
  { kind: 'sensor dead', perYear: 1, lasts: [HOUR, 2 * DAY], befalls: measures, point: true },
  { kind: 'sensor frozen', perYear: 1, lasts: [12 * HOUR, 3 * DAY], befalls: measures, point: true },
  { kind: 'sensor drifts', perYear: 1, lasts: [2 * DAY, 5 * DAY], befalls: measures, point: true },
  { kind: 'sensor noisy', perYear: 2, lasts: [20 * MINUTE, 6 * HOUR], befalls: measures, point: true },
  {
    kind: 'sensor off the scale',
    perYear: 1,
    lasts: [10 * MINUTE, 12 * HOUR],
    befalls: measures,
    point: true,
  },
  { kind: 'spike of one reading', perYear: 20, lasts: [MINUTE, MINUTE], befalls: measures, point: true },
  { kind: 'bad contact', perYear: 6, lasts: [10 * MINUTE, 6 * HOUR], befalls: measures, point: true },
];

/** After one incident a device has its rest: what follows from it must be told apart from what follows from the next. */
const REST: Ms = 6 * HOUR;
/** The models settle first. */
const SETTLE: Ms = 3 * HOUR;
const YEAR: Ms = 365 * DAY;
const TRIES = 20;

export interface ScheduleOptions {
  readonly victims: readonly Victim[];
  readonly start: EpochMs;
  readonly length: Ms;
  readonly random: Random;
  /** Times as many as in a usual year: so that a few days have some of each. */
  readonly density: number;
}

/** Every Wednesday after lunch somebody holds probes into other water. */
const CALIBRATION = { firstAt: 6 * DAY + 14 * HOUR + 10 * MINUTE, lasts: 40 * MINUTE };

/** Planned work that shows in every reading of those devices. `start` is midnight of a Thursday. */
export function calibrations(
  devices: readonly Victim[],
  { start, length }: Pick<ScheduleOptions, 'start' | 'length'>,
): Incident[] {
  const weeks = Math.max(0, Math.floor((length - CALIBRATION.firstAt) / (7 * DAY)) + 1);
  return Array.from({ length: weeks }, (_, week) => start + CALIBRATION.firstAt + week * 7 * DAY).flatMap(
    (from) =>
      devices.flatMap(({ id, measures: keys }) =>
        keys.map(
          (point): Incident => ({
            ...{ kind: 'calibration', devices: [id], point, from, to: from + CALIBRATION.lasts, options: {} },
          }),
        ),
      ),
  );
}

/** What happens in the span. No device has two incidents at a time, but those of the whole site come whenever they come. */
export function makeSchedule(options: ScheduleOptions): Incident[] {
  const { victims, length, random, density } = options;
  const planned = calibrations(
    victims.filter(({ calibrated }) => calibrated),
    options,
  );
  const made: Incident[] = [...planned];
  for (const plan of PLANS) {
    for (const devices of groupsOf(plan, victims)) {
      const wanted = (plan.perYear * density * length) / YEAR;
      const count = Math.floor(wanted) + (random() < wanted % 1 ? 1 : 0);
      for (let n = 0; n < count; n++) {
        const incident = place(plan, devices, made, options);
        if (incident !== undefined) made.push(incident);
      }
    }
  }
  return made.sort((a, b) => a.from - b.from);
}

/** The devices that are befallen together. */
function groupsOf({ befalls, wide }: Plan, victims: readonly Victim[]): Victim[][] {
  const fit = victims.filter(befalls);
  if (wide === 'site') return [fit];
  if (wide === undefined) return fit.map((victim) => [victim]);
  return [...Map.groupBy(fit, ({ line }) => line).values()].filter((group) => group.length > 1);
}

function place(plan: Plan, devices: readonly Victim[], made: readonly Incident[], options: ScheduleOptions) {
  const { start, length, random } = options;
  const [shortest, longest] = plan.lasts;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const lasts = toMinute(shortest * (longest / shortest) ** random());
    const from = start + toMinute(between(random, SETTLE, Math.max(SETTLE, length - lasts - REST)));
    const ids = devices.map(({ id }) => id);
    const others = made.filter(
      (other) =>
        plan.wide !== 'site' && other.kind !== 'gateway down' && other.devices.some((id) => ids.includes(id)),
    );
    if (others.some((other) => overlaps(other, from - REST, from + lasts + REST))) continue;
    return incidentOf(plan, devices, { from, to: from + lasts }, random);
  }
  return undefined;
}

const toMinute = (length: Ms): Ms => Math.round(length / MINUTE) * MINUTE;

function incidentOf(
  { kind, point: one }: Plan,
  devices: readonly Victim[],
  span: { readonly from: EpochMs; readonly to: EpochMs },
  random: Random,
): Incident {
  const keys = devices[0]?.measures ?? [];
  const point = one === undefined ? null : (keys[Math.floor(random() * keys.length)] ?? null);
  // In the point's unit an hour: a probe whose seal lets moisture in goes on for days.
  const rate = between(random, 0.1, 0.5) * (random() < 0.3 ? -1 : 1);
  const options = { ...(point !== null && { point }), ...(kind === 'sensor drifts' && { rate }) };
  return { kind, devices: devices.map(({ id }) => id), point, ...span, options };
}
