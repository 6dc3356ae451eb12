import type { ModbusAddress, ValueType } from '#model/driver';
import type { Quality, Reason } from '#model/quality';

/** A point of a driver's register map, and what the device answered when it was read as that. */
export interface Evidence {
  readonly address: ModbusAddress;
  /** What the instrument can show. */
  readonly range: readonly [low: number, high: number];
  /** It says what is so (a door), not how much. */
  readonly isState: boolean;
  /** As it came, in hex; null when nothing came. */
  readonly raw: string | null;
  readonly quality: Quality;
  readonly reason: Reason | null;
}

export interface Candidate {
  readonly driver: string;
  readonly evidence: readonly Evidence[];
}

export interface Likelihood {
  readonly driver: string;
  /** That the device is this one, as against the others and one that we do not know; 0 to 1. */
  readonly probability: number;
  /** Points that came and could be true. */
  readonly plausible: number;
  readonly points: number;
}

/* How often each thing is met, with the right register map and with a wrong one. Ours: estimated, not counted. */
const RIGHT = { value: 0.95, zero: 0.1, exception: 0.005, impossible: 0.04, silence: 0.05 };
/** That a register exists at all in a device of another kind. */
const EXISTS = 0.3;
const WRONG_SILENCE = 0.1;
/** Registers that mean nothing are often 0, and 0 is within most ranges. What is measured is seldom exactly 0. */
const ZERO = 0.7;
const BITS: Readonly<Record<ValueType, number>> = {
  bool: 1,
  ...{ int16: 16, uint16: 16, int32: 32, uint32: 32, int64: 64, uint64: 64, float32: 32, float64: 64 },
};
/** A float read where there is none is seldom of a sensible size. */
const FLOAT_INSIDE = 0.1;

/** Bayes: each driver against "a device that we do not know", all alike before anything was read. Likeliest first. */
export function likelihoods(candidates: readonly Candidate[]): Likelihood[] {
  const ratios = candidates.map(({ evidence }) =>
    evidence.reduce(
      (product, each, index) => product * ratio(each, isSeen(each, evidence.slice(0, index))),
      1,
    ),
  );
  const all = ratios.reduce((sum, each) => sum + each, 1);
  return candidates
    .map(({ driver, evidence }, index) => ({
      driver,
      probability: (ratios[index] ?? 0) / all,
      plausible: evidence.filter(({ quality }) => quality !== 'bad').length,
      points: evidence.length,
    }))
    .sort((a, b) => b.probability - a.probability);
}

/** Bits of one register: that it exists is told once. */
const isSeen = ({ address }: Evidence, before: readonly Evidence[]): boolean =>
  before.some((one) => one.address.table === address.table && one.address.address === address.address);

/** How much more often this is met with the right map than with a wrong one. */
function ratio(evidence: Evidence, seen: boolean): number {
  const { quality, reason, raw, isState } = evidence;
  const inside = insideByChance(evidence);
  const right = isZero(raw) && !isState ? RIGHT.zero : RIGHT.value;
  if (quality !== 'bad') return right / ((seen ? 1 : EXISTS) * inside);
  if (reason === 'device-exception') return RIGHT.exception / (1 - EXISTS);
  if (raw === null) return RIGHT.silence / WRONG_SILENCE;
  return RIGHT.impossible / (EXISTS * Math.max(1 - inside, 0.1));
}

/** How likely it is that a register of another meaning holds a value within the range. */
function insideByChance({ address, range: [low, high], raw }: Evidence): number {
  if (address.type === 'bool') return 1;
  if (isZero(raw)) return ZERO;
  if (address.type.startsWith('float')) return FLOAT_INSIDE;
  const steps = (high - low) / Math.abs(address.scale ?? 1) + 1;
  return Math.min(Math.max(steps / 2 ** BITS[address.type], 0.001), 0.9);
}

const isZero = (raw: string | null): boolean => raw !== null && /^[0 ]*$/.test(raw);
