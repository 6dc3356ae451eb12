import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';
import { type Quantity, quantitySpec } from '#model/quantity';
import { ruleName } from '#model/rule';
import type { Site, SitePoint } from '#model/site';
import type { Severity } from '#model/standard';
import type { Language, Text } from '#model/text';
import type { EpochMs } from '#model/time';

const SEVERITY: Readonly<Record<Severity, Text>> = {
  notice: { zh: '提示', en: 'Notice' },
  warning: { zh: '警告', en: 'Warning' },
  critical: { zh: '严重', en: 'Critical' },
};

/** An alarm as the page of a link shows it: plain text in one language. */
export interface AlarmWords {
  readonly severity: Severity;
  readonly severityName: string;
  readonly what: string;
  readonly where: string;
  /** The newest value that is known of it; empty where a rule has none that says something by itself. */
  readonly value: string;
  readonly since: string;
  readonly state: string;
  readonly advice: string;
}

export function alarmWords(alarm: Alarm, site: Site, language: Language): AlarmWords {
  const { point, device, quantity } = placeOf(site, alarm.point);
  const area = site.areas.find(({ id }) => id === point?.area);
  const names = alarm.rule.kind === 'condition' ? [site.name] : [area?.name, device, point?.name];
  const where = names.flatMap((name) => (name === undefined ? [] : [name[language]])).join(' / ');
  return {
    severity: alarm.rule.severity,
    severityName: SEVERITY[alarm.rule.severity][language],
    what: whatOf(alarm, point, language),
    where: where === '' ? alarm.point : where,
    value: shownValue(alarm, quantity),
    since: timeOf(alarm.since, site),
    state: stateOf(alarm, site, language),
    advice: alarm.rule.advice[language],
  };
}

/** A state is nothing without what is in it: “open” is the door. */
function whatOf({ rule }: Alarm, point: SitePoint | undefined, language: Language): string {
  const what = ruleName(rule, point?.quantity ?? 'number')[language];
  if (point === undefined || quantitySpec(point.quantity).states === undefined) return what;
  return `${point.name[language]} ${what}`;
}

/** `2026-01-06 00:00` by the site's clock. */
export const timeOf = (at: EpochMs, { timeZone }: Site): string =>
  new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone,
  }).format(at);

function placeOf(site: Site, id: PointId) {
  const device = site.devices.find(({ points }) => points.some((point) => point.id === id));
  const point: SitePoint | undefined = device?.points.find((candidate) => candidate.id === id);
  return { point, device: device?.name, quantity: point?.quantity ?? ('number' as const) };
}

/** Only where the number is the point's own: those of other rules need more words than there is room for. */
function shownValue({ rule, value, worst }: Alarm, quantity: Quantity): string {
  const { symbol, decimals, states } = quantitySpec(quantity);
  const shown = worst ?? value;
  if (rule.kind !== 'limit' || shown === null || states !== undefined) return '';
  return `${shown.toFixed(decimals)} ${symbol}`.trim();
}

function stateOf({ state, acknowledged, clearedAt }: Alarm, site: Site, language: Language): string {
  const say = (zh: string, en: string) => (language === 'zh' ? zh : en);
  const over =
    clearedAt === null
      ? ''
      : say(`，已于 ${timeOf(clearedAt, site)} 恢复`, `, over since ${timeOf(clearedAt, site)}`);
  if (acknowledged !== null && state !== 'unacknowledged' && state !== 'returned') {
    const { by } = acknowledged;
    const at = timeOf(acknowledged.at, site);
    return say(`${by} 已于 ${at} 确认`, `acknowledged by ${by} at ${at}`) + over;
  }
  return say('无人确认', 'nobody has acknowledged it') + over;
}
