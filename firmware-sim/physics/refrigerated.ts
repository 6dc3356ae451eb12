import { type Conditions, duringHours, hump, type Model, relax } from './model.ts';
import { between, happens, type Random } from './random.ts';

/** What tells a vaccine fridge from an ultra-low freezer. */
export interface Cabinet {
  /** °C, the controller switches at `setpoint ± band` of the air. */
  readonly setpoint: number;
  readonly band: number;
  readonly ambient: number;
  /** What the compressor takes from the air, K/s. */
  readonly cooling: number;
  /** Time constants in s: air to the room through the wall, air to the contents, air to the room by the open door. */
  readonly wall: number;
  readonly contents: number;
  readonly door: number;
  /** Heat capacity of the contents in heat capacities of the air. */
  readonly ratio: number;
  /** Time constant of the buffered probes, s. */
  readonly probe: number;
  /** Openings an hour while people work. */
  readonly openings: number;
  /** Hours between two defrosts, 0 when it has none. */
  readonly defrost: number;
}

export interface RefrigeratedState {
  readonly air: number;
  readonly mass: number;
  readonly upper: number;
  readonly lower: number;
  readonly humidity: number;
  /** Pa against the corridor: the extraction keeps it negative (GB 39707-2020). */
  readonly pressure: number;
  readonly cooling: boolean;
  /** Seconds until somebody closes the door. */
  readonly open: number;
  readonly sinceDefrost: number;
  readonly doorOpen: boolean;
  readonly powered: boolean;
}

const DEFROST = 600;

/** Two nodes, air and contents, and two buffered probes: the upper one warmer and quicker than the lower. */
export const refrigerated = (cabinet: Cabinet): Model<RefrigeratedState> => ({
  name: 'refrigerated',
  faults: ['power-cut', 'door-open', 'compressor-failure'],
  initial: (random) => ({
    air: cabinet.setpoint + cabinet.band * between(random, -0.5, 0.5),
    mass: cabinet.setpoint,
    upper: cabinet.setpoint + 0.3,
    lower: cabinet.setpoint - 0.3,
    humidity: 75,
    pressure: -12,
    cooling: random() < 0.5,
    open: 0,
    sinceDefrost: cabinet.defrost * 3600 * random(),
    doorOpen: false,
    powered: true,
  }),
  step: (state, conditions, random) => step(cabinet, state, conditions, random),
  outputs: (state) => ({
    temperature: state.upper,
    'upper-temp': state.upper,
    'lower-temp': state.lower,
    humidity: state.humidity,
    'differential-pressure': state.pressure,
    door: state.doorOpen ? 1 : 0,
    power: state.powered ? 1 : 0,
  }),
});

function step(
  cabinet: Cabinet,
  state: RefrigeratedState,
  conditions: Conditions,
  random: Random,
): RefrigeratedState {
  const { dt, hour, powered, faults } = conditions;
  const open = nextOpening(cabinet, state.open, conditions, random);
  const doorOpen = open > 0 || faults.has('door-open');
  const sinceDefrost = powered ? (state.sinceDefrost + dt) % (cabinet.defrost * 3600 || Infinity) : 0;
  const defrosting = cabinet.defrost > 0 && powered && sinceDefrost < DEFROST;
  const able = powered && !faults.has('compressor-failure');
  const cooling = able && !defrosting && thermostat(cabinet, state);
  const ambient = cabinet.ambient + 1.5 * hump(hour, 15, 8);
  const air = nextAir(cabinet, state, { dt, ambient, doorOpen, cooling });
  const upperTarget = air + (doorOpen ? 0.6 : 0.3);
  return {
    air,
    mass: relax(state.mass, state.air, dt, cabinet.contents * cabinet.ratio),
    upper: relax(state.upper, upperTarget, dt, cabinet.probe),
    lower: relax(state.lower, air - 0.3, dt, cabinet.probe * 2.5),
    humidity: relax(state.humidity, doorOpen ? 60 : cooling ? 70 : 85, dt, doorOpen ? 120 : 900),
    pressure: relax(state.pressure, powered ? (doorOpen ? -3 : -12) : 0, dt, 6),
    cooling,
    open,
    sinceDefrost,
    doorOpen,
    powered,
  };
}

function nextOpening(cabinet: Cabinet, open: number, { dt, hour }: Conditions, random: Random): number {
  if (open > 0) return Math.max(0, open - dt);
  const perHour = cabinet.openings * duringHours(hour, 8, 17.5);
  return happens(random, perHour, dt) ? between(random, 6, 20) : 0;
}

const thermostat = ({ setpoint, band }: Cabinet, { air, cooling }: RefrigeratedState): boolean =>
  cooling ? air > setpoint - band : air > setpoint + band;

interface Surroundings {
  readonly dt: number;
  readonly ambient: number;
  readonly doorOpen: boolean;
  readonly cooling: boolean;
}

/** The air relaxes to the mean of what it touches, weighted by how well it touches it, less what the compressor takes. */
function nextAir(
  cabinet: Cabinet,
  state: RefrigeratedState,
  { dt, ambient, doorOpen, cooling }: Surroundings,
): number {
  const outside = 1 / cabinet.wall + (doorOpen ? 1 / cabinet.door : 0);
  const rate = outside + 1 / cabinet.contents;
  const taken = cooling ? cabinet.cooling : 0;
  const target = (outside * ambient + state.mass / cabinet.contents - taken) / rate;
  return relax(state.air, target, dt, 1 / rate);
}

/** Cabinets as they stand in a hospital. */
export const cabinets = {
  fridge: {
    setpoint: 4.8,
    band: 0.9,
    ambient: 23,
    cooling: 0.022,
    wall: 7200,
    contents: 180,
    door: 130,
    ratio: 16,
    probe: 70,
    openings: 4,
    defrost: 0,
  },
  freezer: {
    setpoint: -22,
    band: 1.2,
    ambient: 23,
    cooling: 0.035,
    wall: 6000,
    contents: 240,
    door: 260,
    ratio: 25,
    probe: 150,
    openings: 1,
    defrost: 12,
  },
  'ultra-freezer': {
    setpoint: -78,
    band: 1.5,
    ambient: 22,
    cooling: 0.06,
    wall: 5400,
    contents: 300,
    door: 600,
    ratio: 40,
    probe: 200,
    openings: 0.4,
    defrost: 0,
  },
  'cold-room': {
    setpoint: 2.8,
    band: 0.7,
    ambient: 26,
    cooling: 0.024,
    wall: 7200,
    contents: 240,
    door: 420,
    ratio: 12,
    probe: 120,
    openings: 3,
    defrost: 8,
  },
} as const satisfies Record<string, Cabinet>;
