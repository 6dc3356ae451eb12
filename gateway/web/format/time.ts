import type { Language } from '#model/text';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms, SECOND } from '#model/time';

type Unit = readonly [length: Ms, zh: string, en: string];

const UNITS: readonly Unit[] = [
  [DAY, '天', ' d'],
  [HOUR, '小时', ' h'],
  [MINUTE, '分钟', ' min'],
  [SECOND, '秒', ' s'],
];

/** A length of time in its largest whole unit: `3 分钟`, `3 min`. */
export function formatLength(length: Ms, language: Language): string {
  const [size, zh, en] = UNITS.find(([unit]) => length >= unit) ?? [SECOND, '秒', ' s'];
  const count = Math.max(0, Math.floor(length / size));
  return language === 'zh' ? `${count} ${zh}` : `${count}${en}`;
}

/** How long ago: `刚刚` below five seconds, so that a fresh value does not flicker. */
export function formatAge(age: Ms, language: Language): string {
  if (age < 5 * SECOND) return language === 'zh' ? '刚刚' : 'just now';
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

/** For an input of type datetime-local: `2026-03-01T14:05`. */
export function toLocalInput(at: EpochMs): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${formatClock(at)}`;
}
