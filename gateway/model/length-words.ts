import type { Language } from './text.ts';
import { DAY, HOUR, MINUTE, type Ms, SECOND } from './time.ts';

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
