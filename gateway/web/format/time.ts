import type { Language } from '#model/text';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms, SECOND } from '#model/time';

interface Unit {
  readonly size: Ms;
  readonly zh: string;
  readonly en: string;
  /** Told beside it: almost two hours out of the fridge are not one. */
  readonly finer?: Unit;
}

const SECONDS: Unit = { size: SECOND, zh: '秒', en: 's' };
const MINUTES: Unit = { size: MINUTE, zh: '分钟', en: 'min' };
const HOURS: Unit = { size: HOUR, zh: '小时', en: 'h', finer: MINUTES };
const DAYS: Unit = { size: DAY, zh: '天', en: 'd', finer: HOURS };

/** A length of time, never longer than it was: `3 分钟`, `1 小时 57 分钟`, `2 d 3 h`. */
export function formatLength(length: Ms, language: Language): string {
  const unit = [DAYS, HOURS, MINUTES].find(({ size }) => length >= size) ?? SECONDS;
  const count = ({ size, ...name }: Unit, of: Ms) =>
    `${Math.max(0, Math.floor(of / size))} ${name[language]}`;
  const rest = length % unit.size;
  const more = unit.finer !== undefined && rest >= unit.finer.size ? ` ${count(unit.finer, rest)}` : '';
  return count(unit, length) + more;
}

/** A length that somebody set, to the second: `90 秒`, `36 小时`, `7 d`. */
export function formatExactLength(length: Ms, language: Language): string {
  const { size, ...name } = [DAYS, HOURS, MINUTES].find((unit) => length % unit.size === 0) ?? SECONDS;
  return `${length / size} ${name[language]}`;
}

/** How long ago: `刚刚` below five seconds, so that a fresh value does not flicker. Short, as it stands on each row. */
export function formatAge(age: Ms, language: Language): string {
  if (age < 5 * SECOND) return language === 'zh' ? '刚刚' : 'now';
  return language === 'zh' ? `${formatLength(age, 'zh')}前` : `${formatLength(age, 'en')} ago`;
}

const two = (number: number): string => String(number).padStart(2, '0');

/** Time of day on the reader's clock: `14:05`. */
export function formatClock(at: EpochMs): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Date and time on the reader's clock, the date left out when it is today's: `03-01 14:05:09`. */
export function formatMoment(at: EpochMs, now: EpochMs): string {
  const date = new Date(at);
  const clock = `${formatClock(at)}:${two(date.getSeconds())}`;
  if (date.toDateString() === new Date(now).toDateString()) return clock;
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const year = date.getFullYear() === new Date(now).getFullYear() ? '' : `${date.getFullYear()}-`;
  return `${year}${day} ${clock}`;
}

/** To the minute, as the end of something: `14:05`, `03-01 14:05`. */
export const formatUntil = (at: EpochMs, now: EpochMs): string =>
  formatMoment(at, now).slice(0, -':09'.length);

/** For an input of type datetime-local: `2026-03-01T14:05`. */
export function toLocalInput(at: EpochMs): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${formatClock(at)}`;
}
