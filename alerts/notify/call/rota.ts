import type { Duty, Rota, Shift } from '#model/oncall';
import type { EpochMs } from '#model/time';
import { dateAt, whenShown } from './wall-clock.ts';

/*
 * Who stands a rota at a moment. Pure: everything is worked out from the rota anew, by the clock of the site, so that
 * nothing needs to be kept and a change of the site file holds at once.
 */

/** How far a gap is followed; with a shift in the week there is one within this. */
const LONGEST_GAP_DAYS = 8;

/** One shift on one day. */
interface Turn {
  readonly shift: string;
  /** From the rota's first; may be negative. */
  readonly week: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly people: readonly string[];
}

/** Who is on call, and for the overlap after a handover who just went. */
export function dutiesAt(rota: Rota, at: EpochMs, timeZone: string): Duty[] {
  const current = dutyAt(rota, at, timeZone);
  if (at >= current.from + rota.overlap) return [current];
  const before = dutyAt(rota, current.from - 1, timeZone);
  if (before.people.length === 0) return [current];
  return [current, { ...before, to: before.to + rota.overlap }];
}

/** Everybody who ever stands it: who is told when nobody is on call. */
export const everybodyOf = ({ shifts, holidays }: Rota): readonly string[] => [
  ...new Set([...shifts.flatMap(({ weeks }) => weeks.flat()), ...holidays.flatMap(({ people }) => people)]),
];

/** The one turn of that moment; a gap has nobody. */
export function dutyAt(rota: Rota, at: EpochMs, timeZone: string): Duty {
  const turn = turnAt(rota, at, timeZone);
  if (turn === undefined) return gapAt(rota, at, timeZone);
  const { shift, people } = turn;
  return substituted(rota, { rota: rota.id, shift, people, ...wholeTurn(rota, turn, timeZone) }, at);
}

function turnAt(rota: Rota, at: EpochMs, timeZone: string): Turn | undefined {
  const today = dateAt(at, timeZone);
  return [today, today.subtract({ days: 1 })]
    .flatMap((date) => turnsOn(rota, date, timeZone))
    .find(({ from, to }) => from <= at && at < to);
}

function turnsOn(rota: Rota, date: Temporal.PlainDate, timeZone: string): Turn[] {
  const week = Math.floor(Temporal.PlainDate.from(rota.begins).until(date).days / 7);
  const holiday = rota.holidays.find(({ day }) => day === date.toString());
  return rota.shifts
    .filter(({ days }) => days === undefined || days.includes(date.dayOfWeek))
    .map((shift) => ({
      ...{ shift: shift.id, week },
      from: whenShown(date, shift.from, timeZone),
      to: whenShown(date, shift.to > shift.from ? shift.to : shift.to + 24 * 60, timeZone),
      people: holiday?.people ?? peopleOf(shift, week),
    }));
}

const peopleOf = ({ weeks }: Shift, week: number): readonly string[] =>
  weeks[((week % weeks.length) + weeks.length) % weeks.length] ?? [];

/** A week of the same people from eight to eight is one turn and not seven. */
function wholeTurn(rota: Rota, turn: Turn, timeZone: string): { from: EpochMs; to: EpochMs } {
  const same = (other: Turn | undefined): other is Turn =>
    other?.shift === turn.shift && other.week === turn.week && other.people.join() === turn.people.join();
  const beginning = ({ from }: Turn): EpochMs => {
    const before = turnAt(rota, from - 1, timeZone);
    return same(before) ? beginning(before) : from;
  };
  const end = ({ to }: Turn): EpochMs => {
    const next = turnAt(rota, to, timeZone);
    return same(next) ? end(next) : to;
  };
  return { from: beginning(turn), to: end(turn) };
}

function gapAt(rota: Rota, at: EpochMs, timeZone: string): Duty {
  const today = dateAt(at, timeZone);
  const span = Array.from({ length: 2 * LONGEST_GAP_DAYS + 1 }, (_, index) => index - LONGEST_GAP_DAYS);
  const turns = span.flatMap((days) => turnsOn(rota, today.add({ days }), timeZone));
  const from = Math.max(...turns.map(({ to }) => to).filter((to) => to <= at));
  const to = Math.min(...turns.map((turn) => turn.from).filter((begin) => begin > at));
  return { rota: rota.id, shift: 'gap', from, to, people: [] };
}

/** In the order in which they stand in the file, so that a substitute may be substituted. */
function substituted(rota: Rota, duty: Duty, at: EpochMs): Duty {
  let { from, to, people } = duty;
  for (const { person, by, ...span } of rota.substitutes) {
    if (!people.includes(person)) continue;
    const edges = [span.from, span.to];
    from = Math.max(from, ...edges.filter((edge) => edge <= at));
    to = Math.min(to, ...edges.filter((edge) => edge > at));
    if (span.from > at || at >= span.to) continue;
    people = [...new Set(people.map((id) => (id === person ? by : id)))];
  }
  return { ...duty, from, to, people };
}
