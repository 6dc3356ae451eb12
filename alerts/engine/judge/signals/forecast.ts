import type { ForecastRule } from '#model/rule';
import type { EpochMs, Ms } from '#model/time';
import type { Sample } from '../sample.ts';
import { heldUntil } from './held.ts';
import { addHeld, type Cell, cellAt, freshCells, type RollingWindow, shiftCells } from './rolling.ts';
import { goodValue, moved, type Signal, type Valued } from './signal.ts';
import { type Dot, theilSen } from './theil-sen.ts';

/** The trend is that of the last so many horizons: a trend is believed for as long again as it was seen. */
const SEEN = 1;
const DOTS = 24;
/** With fewer of them, or with less than this share of those that there may be, there is no trend. */
const FEWEST = 8;
const COVERAGE = 0.75;
/** 99 % on each side, were the dots independent; they are not quite, and the lane's delay asks for it again and again. */
const Z = 2.33;

interface ForecastState {
  readonly last: Valued | null;
  readonly cells: readonly Cell[];
  /** The cell in which the trend was looked at last. */
  readonly said: number;
}

/**
 * Where the value will be after `horizon` if it goes on as it did, by the cautious bound of a robust trend. Where no
 * trend is sure it stays where it is: noise, the compressor's cycle, a door or a defrost do not tilt it. Says something
 * once a cell. Nothing while the value is beyond the limit already: that is another rule's alarm, and this one's is
 * over when the value is back and no trend leads there again.
 */
export function forecastSignal(rule: ForecastRule, every: Ms): Signal<ForecastState> {
  const within = SEEN * rule.horizon;
  const window: RollingWindow = { within, cell: Math.max(every, Math.ceil(within / DOTS)) };
  const fewest = Math.max(FEWEST, (COVERAGE * within) / window.cell);
  return {
    shape: `forecast ${within} ${window.cell}`,
    initial: { last: null, cells: [], said: 0 },
    memory: within + window.cell,
    period: window.cell,
    step({ last, cells: before, said }, reading) {
      const value = goodValue(reading);
      const held = last && heldUntil(last, reading.at, every);
      const counted = held === null ? before : addHeld(window, before, held);
      const cells = freshCells(window, counted, reading.at);
      const cell = cellAt(window, reading.at);
      if (value === null || cell === said) return { state: { last: value, cells, said }, sample: null };
      const dots = dotsOf(cells, window, { now: value.at, every });
      const sample = dots.length >= fewest ? judged(rule, dots, value) : null;
      return { state: { last: value, cells, said: cell }, sample };
    },
    shifted: ({ last, cells, said }, by) => ({
      last: last && moved(last, by),
      cells: shiftCells(window, cells, by),
      said: said + Math.round(by / window.cell),
    }),
  };
}

interface Moment {
  readonly now: EpochMs;
  readonly every: Ms;
}

/** The mean of each full cell, `x` in ms before now. A value stands for what follows it: it is half a period old. */
const dotsOf = (cells: readonly Cell[], window: RollingWindow, { now, every }: Moment): Dot[] =>
  cells
    .filter(([index, weight]) => weight > 0 && index < cellAt(window, now))
    .map(([index, weight, sum]) => ({ x: (index + 0.5) * window.cell - every / 2 - now, y: sum / weight }));

function judged(rule: ForecastRule, dots: readonly Dot[], { at, value }: Valued): Sample | null {
  const sign = rule.id === 'forecast-high' ? 1 : -1;
  const trend = theilSen(dots, Z);
  if (trend === null) return null;
  const { level, slope } = trend;
  const room = sign * (rule.limit - level);
  if (room <= 0 || sign * (rule.limit - value) <= 0) return null;
  const sure = Math.max(0, sign === 1 ? trend.least : -trend.most);
  const sample: Sample = { at, value: level + sign * sure * rule.horizon, quality: 'good', shown: value };
  return sign * slope > 0 ? { ...sample, expectedAt: Math.round(at + room / (sign * slope)) } : sample;
}
