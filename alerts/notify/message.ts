import type { Alarm } from '#model/alarm';
import type { Message } from '#model/channel';
import type { Delivery } from '#model/outbox';
import { type Quantity, quantitySpec } from '#model/quantity';
import { type LimitRule, ruleName } from '#model/rule';
import type { Area, Site, SiteDevice, SitePoint } from '#model/site';
import { type Basis, isCited, isHigh, type Severity } from '#model/standard';
import type { Language, Text } from '#model/text';
import { type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';

/** The names behind an alarm; ids stand in for what is no longer in the site file. */
interface Place {
  readonly site: Text;
  readonly area: Text;
  readonly device: Text;
  readonly point: Text;
  readonly quantity: Quantity;
}

/** What one person is told, in both languages. Times are in the zone given, for example `Asia/Shanghai`. */
export function messageOf(delivery: Delivery, site: Site, timeZone: string): Message {
  const { alarms, event: news, key, doubtful, severity } = delivery;
  const [alarm] = alarms;
  if (alarm === undefined) throw new Error('a message without an alarm');
  const event = news === 'cleared' ? news : 'raised';
  const place = placeOf(site, alarm);
  const say = (language: Language) => new Wording(language, place, timeZone);
  const both = (words: (wording: Wording) => string): Text => ({
    zh: words(say('zh')),
    en: words(say('en')),
  });
  return {
    key,
    event,
    subject: both((wording) => wording.subject(alarm, event)),
    body: both((wording) => wording.body(alarm, event)),
    severity,
    alarms,
    repeat: doubtful,
    link: null,
  };
}

const SEVERITY: Readonly<Record<Severity, Text>> = {
  notice: { zh: '提示', en: 'Notice' },
  warning: { zh: '警告', en: 'Warning' },
  critical: { zh: '严重', en: 'Critical' },
};

/** The sentences of one language. */
class Wording {
  readonly #language: Language;
  readonly #place: Place;
  readonly #timeZone: string;

  constructor(language: Language, place: Place, timeZone: string) {
    this.#language = language;
    this.#place = place;
    this.#timeZone = timeZone;
  }

  subject(alarm: Alarm, event: 'raised' | 'cleared'): string {
    const mark =
      event === 'cleared' ? this.#pick('恢复', 'Cleared') : SEVERITY[alarm.rule.severity][this.#language];
    const late = alarm.late ? this.#pick('（补传数据）', ' (found late)') : '';
    return `[${mark}] ${this.#subjectPlace(alarm).join(' ')} ${this.#what(alarm)}${late}`;
  }

  body(alarm: Alarm, event: 'raised' | 'cleared'): string {
    const where = this.#where(alarm).join(' / ');
    const lines = [
      [this.#pick('位置', 'Where'), where],
      [this.#pick('级别', 'Severity'), SEVERITY[alarm.rule.severity][this.#language]],
      [this.#pick('情况', 'What'), this.#what(alarm)],
      ...this.#numbers(alarm),
      [this.#pick('开始', 'Since'), this.#time(alarm.since)],
      ...this.#end(alarm),
      ...(alarm.late ? [[this.#pick('说明', 'Note'), this.#lateNote()]] : []),
      ...(event === 'raised' ? [[this.#pick('处置', 'What to do'), alarm.rule.advice[this.#language]]] : []),
    ];
    const colon = this.#pick('：', ': ');
    return lines.map(([name, value]) => `${name}${colon}${value}`).join('\n');
  }

  #subjectPlace({ rule }: Alarm): string[] {
    const { site, device, point } = this.#place;
    // The gateway is known by its site: whoever has two must see which of them it is.
    const names = rule.kind === 'condition' ? [site] : [device, point];
    return names.map((name) => name[this.#language]);
  }

  #where({ rule }: Alarm): string[] {
    const { site, area, device, point } = this.#place;
    const names = rule.kind === 'condition' ? [site] : [site, area, device, point];
    return names.map((name) => name[this.#language]);
  }

  #what({ rule }: Alarm): string {
    return ruleName(rule, this.#place.quantity)[this.#language];
  }

  #numbers({ rule, value, worst }: Alarm): string[][] {
    if (rule.kind === 'condition') return [];
    const basis = [this.#pick('依据', 'Basis'), this.#basis(rule.basis)];
    if (rule.kind === 'no-data') return [[this.#pick('时限', 'Allowed'), this.#span(rule.after)], basis];
    if (rule.kind !== 'limit') return [basis];
    // The name of a broken state has said it all.
    if (quantitySpec(this.#place.quantity).states !== undefined) return [basis];
    return [
      ...(value === null ? [] : [[this.#pick('数值', 'Value'), this.#number(value)]]),
      ...(worst === null || worst === value ? [] : [[this.#pick('最差值', 'Worst'), this.#number(worst)]]),
      [this.#pick('限值', 'Limit'), `${comparison(rule)} ${this.#number(rule.limit)}`],
      basis,
    ];
  }

  #end({ since, clearedAt }: Alarm): string[][] {
    if (clearedAt === null) return [];
    const lasted = this.#pick(
      `（持续 ${this.#span(clearedAt - since)}）`,
      ` (lasted ${this.#span(clearedAt - since)})`,
    );
    return [[this.#pick('恢复', 'Until'), this.#time(clearedAt) + lasted]];
  }

  /** A number that we are not sure of is never given as a clause of a standard. */
  #basis({ document, clause, certainty }: Basis): string {
    if (!isCited(certainty)) return this.#pick('默认值', 'default');
    return clause === undefined ? document : `${document} ${clause}`;
  }

  #number(value: number): string {
    const { symbol, decimals, states } = quantitySpec(this.#place.quantity);
    const state = states?.[value];
    if (state !== undefined) return state[this.#language];
    // A limit may have more digits than readings are shown with: 0.05 must not become 0.1.
    const text = Number.isInteger(value * 10 ** decimals) ? value.toFixed(decimals) : String(value);
    return symbol === '' ? text : `${text} ${symbol}`;
  }

  #time(at: EpochMs): string {
    const format = {
      dateStyle: 'short',
      timeStyle: 'medium',
      hourCycle: 'h23',
      timeZone: this.#timeZone,
    } as const;
    return new Intl.DateTimeFormat('sv-SE', format).format(at);
  }

  #span(length: Ms): string {
    if (length < MINUTE)
      return this.#pick(`${Math.round(length / 1000)} 秒`, `${Math.round(length / 1000)} s`);
    const hours = Math.floor(length / HOUR);
    const minutes = Math.floor((length % HOUR) / MINUTE);
    const zh = `${hours > 0 ? `${hours} 小时 ` : ''}${minutes} 分钟`;
    return this.#pick(zh, `${hours > 0 ? `${hours} h ` : ''}${minutes} min`);
  }

  #lateNote(): string {
    return this.#pick(
      '由补传的历史数据发现，并非此刻的情况',
      'found in readings that came long after they were measured; not the situation of this moment',
    );
  }

  #pick(zh: string, en: string): string {
    return this.#language === 'zh' ? zh : en;
  }
}

function comparison({ id, inclusive }: LimitRule): string {
  if (inclusive) return isHigh(id) ? '≥' : '≤';
  return isHigh(id) ? '>' : '<';
}

function placeOf(site: Site, { point: id }: Alarm): Place {
  const device: SiteDevice | undefined = site.devices.find(({ points }) =>
    points.some((point) => point.id === id),
  );
  const point: SitePoint | undefined = device?.points.find((candidate) => candidate.id === id);
  const area: Area | undefined = site.areas.find((candidate) => candidate.id === point?.area);
  const unknown = { zh: id, en: id };
  return {
    site: site.name,
    area: area?.name ?? { zh: '—', en: '—' },
    device: device?.name ?? unknown,
    point: point?.name ?? unknown,
    quantity: point?.quantity ?? 'number',
  };
}
