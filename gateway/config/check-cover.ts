import type { Shift } from '#model/oncall';
import type { Path } from './mistakes.ts';
import { DAYS } from './schedule.ts';
import type { World } from './world.ts';

const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** Each minute of the week is stood by one shift: two are a mistake, none is worth a word. */
export function checkCover(shifts: readonly Shift[], path: Path, { mistakes, hints }: World): void {
  /** Place of the shift by minute of the week. */
  const cover = new Map<number, number>();
  shifts.forEach((shift, place) => {
    const way = [...path, 'shifts', place];
    if (mistakes.broken([...way, 'from']) || mistakes.broken([...way, 'to'])) return;
    const taken = minutesOfWeek(shift).find((minute) => cover.has(minute));
    for (const minute of minutesOfWeek(shift)) cover.set(minute, place);
    if (taken === undefined) return;
    const message = {
      zh: `${wall(taken)} 时 ${shift.id} 与另一个班次同时值班`,
      en: `${shift.id} and another shift are both on call at ${wall(taken)}`,
    };
    mistakes.add(way, message, {
      zh: '请让前一班在后一班开始时结束',
      en: 'let one end when the other begins',
    });
  });
  const covered = (minute: number) => cover.has((minute + WEEK_MINUTES) % WEEK_MINUTES);
  const minutes = Array.from({ length: WEEK_MINUTES }, (_, minute) => minute);
  const gap = minutes.find((minute) => !covered(minute) && covered(minute - 1));
  if (gap === undefined) return;
  hints.add(
    [...path, 'shifts'],
    {
      zh: `${wall(gap)} 起无人值班：届时通知此排班的所有人`,
      en: `nobody is on call from ${wall(gap)}: then everybody of this rota is told`,
    },
    {
      zh: '请增加班次，或让引用此排班的路由避开这段时间',
      en: 'add a shift, or let the routes that name this rota leave that time out',
    },
  );
}

function minutesOfWeek({ days = [1, 2, 3, 4, 5, 6, 7], from, to }: Shift): number[] {
  const length = to > from ? to - from : to + DAY_MINUTES - from;
  return days.flatMap((day) =>
    Array.from({ length }, (_, minute) => ((day - 1) * DAY_MINUTES + from + minute) % WEEK_MINUTES),
  );
}

function wall(minute: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  const ofDay = minute % DAY_MINUTES;
  return `${DAYS[Math.floor(minute / DAY_MINUTES)]} ${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}
