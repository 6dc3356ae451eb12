import { type Quantity, quantitySpec } from '#model/quantity';
import type { Language, Text } from '#model/text';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms, SECOND } from '#model/time';

/** One line of a message: a name and what there is to say. */
export type Line = readonly [name: string, value: string];

/** How one language says numbers, times and lengths of time. Times are in the zone given, for example `Asia/Shanghai`. */
export class Speech {
  readonly #language: Language;
  readonly #timeZone: string;

  constructor(language: Language, timeZone: string) {
    this.#language = language;
    this.#timeZone = timeZone;
  }

  pick(zh: string, en: string): string {
    return this.#language === 'zh' ? zh : en;
  }

  of(text: Text): string {
    return text[this.#language];
  }

  lines(lines: readonly Line[]): string {
    return lines.map(([name, value]) => `${name}${this.pick('：', ': ')}${value}`).join('\n');
  }

  /** `2026-01-06 00:00:00` */
  time(at: EpochMs): string {
    return this.#format(at, { dateStyle: 'short', timeStyle: 'medium' });
  }

  /** `01-06 00:00`, where many stand below one another. */
  shortTime(at: EpochMs): string {
    return this.#format(at, { dateStyle: 'short', timeStyle: 'short' }).slice('2026-'.length);
  }

  span(length: Ms): string {
    if (length < MINUTE)
      return this.pick(`${Math.round(length / SECOND)} 秒`, `${Math.round(length / SECOND)} s`);
    const days = Math.floor(length / DAY);
    const hours = Math.floor((length % DAY) / HOUR);
    const minutes = Math.floor((length % HOUR) / MINUTE);
    const parts = [
      ...(days > 0 ? [this.pick(`${days} 天`, `${days} d`)] : []),
      ...(hours > 0 ? [this.pick(`${hours} 小时`, `${hours} h`)] : []),
      ...(minutes > 0 ? [this.pick(`${minutes} 分钟`, `${minutes} min`)] : []),
    ];
    return parts.join(' ');
  }

  /** A measured or set number with its unit; a state by its name. */
  number(value: number, quantity: Quantity): string {
    const { symbol, decimals, states } = quantitySpec(quantity);
    const state = states?.[value];
    if (state !== undefined) return this.of(state);
    const text = Number.isInteger(value * 10 ** decimals)
      ? value.toFixed(decimals)
      : precise(value, decimals);
    return symbol === '' ? text : `${text} ${symbol}`;
  }

  #format(at: EpochMs, style: Intl.DateTimeFormatOptions): string {
    const format = { ...style, hourCycle: 'h23', timeZone: this.#timeZone } as const;
    return new Intl.DateTimeFormat('sv-SE', format).format(at);
  }
}

/** A limit may have more digits than readings are shown with: 0.05 must not become 0.1. A mean has no end of them. */
const precise = (value: number, decimals: number): string => String(Number(value.toFixed(decimals + 2)));
