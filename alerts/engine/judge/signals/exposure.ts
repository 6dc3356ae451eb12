import type { Reading } from '#model/reading';
import type { ExposureRule } from '#model/rule';
import type { EpochMs, Ms } from '#model/time';
import { SAMPLES_BRIDGED } from '../lane.ts';
import { heldUntil } from './held.ts';
import { addHeld, type Cell, freshCells, rollingWindow, shiftCells, totalOf } from './rolling.ts';
import { moved, type Signal, type Step } from './signal.ts';

/*
 * How long the value was beyond `beyond`, in ms. Two counts, as loggers of vaccine have them (WHO PQS E006): a single
 * event, which ends when the value is back, and the total of a rolling window. Neither bad readings nor holes count as
 * exposure; an event outlives them as a lane's delay would, and only a good value ends it.
 */

export const exposureSignal = (
  rule: ExposureRule,
  every: Ms,
): Signal<EventState | null> | Signal<TotalState> =>
  rule.within === 'event' ? eventSignal(rule, every) : totalSignal(rule, rule.within, every);

function isBeyond({ id, beyond, including }: ExposureRule, value: number): boolean {
  if (value === beyond) return including === true;
  return id === 'freeze-exposure' ? value < beyond : value > beyond;
}

const shapeOf = ({ id, beyond, including, within }: ExposureRule): string =>
  `exposure ${id} ${beyond} ${including} ${within}`;

interface EventState {
  readonly since: EpochMs;
  /** The last value that was beyond. */
  readonly seen: EpochMs;
  /** Whether the next reading may count the time since then: no other has come in between. */
  readonly standing: boolean;
  readonly spent: Ms;
}

function eventSignal(rule: ExposureRule, every: Ms): Signal<EventState | null> {
  const bridge = rule.limit + rule.onDelay + SAMPLES_BRIDGED * every;
  return {
    shape: shapeOf(rule),
    initial: null,
    memory: rule.limit + bridge,
    step(state, reading): Step<EventState | null> {
      const { at, value, quality } = reading;
      const counted = state && counting(state, at, every);
      if (value !== null && quality !== 'bad' && isBeyond(rule, value)) {
        const goesOn = counted !== null && at - counted.seen <= bridge;
        const next = { ...(goesOn ? counted : { since: at, spent: 0 }), seen: at, standing: true };
        // Only being back clears: what a hole cut off did not end, and begins to count anew.
        return { state: next, sample: { at, value: next.spent, quality: 'uncertain', since: next.since } };
      }
      if (quality === 'good') return { state: null, sample: { at, value: 0, quality } };
      return { state: counted && { ...counted, standing: false }, sample: null };
    },
    shifted: (state, by) => state && { ...state, since: state.since + by, seen: state.seen + by },
  };
}

/** With the time for which the last value stood, unless that was counted already. */
function counting(state: EventState, at: EpochMs, every: Ms): EventState {
  const { from, to } = heldUntil({ at: state.seen, value: 1 }, at, every);
  return state.standing ? { ...state, spent: state.spent + (to - from) } : state;
}

interface TotalState {
  /** The last value that counts, and whether it was beyond. */
  readonly last: { readonly at: EpochMs; readonly beyond: boolean } | null;
  readonly cells: readonly Cell[];
}

function totalSignal(rule: ExposureRule, within: Ms, every: Ms): Signal<TotalState> {
  const window = rollingWindow(within, every);
  return {
    // Cells are as long as a sample takes, or longer.
    shape: `${shapeOf(rule)} ${window.cell}`,
    initial: { last: null, cells: [] },
    memory: within + window.cell,
    step({ last, cells: before }, { at, value, quality }: Reading): Step<TotalState> {
      const held = last && heldUntil({ at: last.at, value: last.beyond ? 1 : 0 }, at, every);
      const counted = held === null ? before : addHeld(window, before, held);
      const cells = freshCells(window, counted, at);
      if (value === null || quality === 'bad') return { state: { last: null, cells }, sample: null };
      const state = { last: { at, beyond: isBeyond(rule, value) }, cells };
      return { state, sample: { at, value: totalOf(cells).sum, quality } };
    },
    shifted: ({ last, cells }, by) => ({
      last: last && moved(last, by),
      cells: shiftCells(window, cells, by),
    }),
  };
}
