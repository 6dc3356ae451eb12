import type { Alarm } from '#model/alarm';
import { type Place, placeOf } from '#model/place';
import { quantitySpec } from '#model/quantity';
import type { ExposureRule, FrozenRule, RateRule, Rule } from '#model/rule';
import type { Site } from '#model/site';
import { type Basis, isCited } from '#model/standard';
import { HOUR, type Ms } from '#model/time';
import type { Line, Speech } from './speech.ts';

/** An alarm as one language speaks of it. */
export interface Told {
  readonly alarm: Alarm;
  readonly place: Place;
  readonly site: Site;
  readonly speech: Speech;
}

/** What was found against what is allowed, and by which rule: the numbers of each kind in the words of that kind. */
export function findingLines(told: Told): Line[] {
  const { rule } = told.alarm;
  if (rule.kind === 'condition') return [];
  return [...numbers(told, rule), [told.speech.pick('依据', 'Basis'), basis(rule.basis, told.speech)]];
}

type PointRule = Exclude<Rule, { kind: 'condition' }>;

function numbers(told: Told, rule: PointRule): Line[] {
  const { speech } = told;
  switch (rule.kind) {
    case 'no-data':
      return [[speech.pick('时限', 'Allowed'), speech.span(rule.after)]];
    case 'fault':
      return [[speech.pick('持续超过', 'For longer than'), speech.span(rule.after)]];
    case 'frozen':
      return frozen(told, rule);
    case 'rate':
      return rate(told, rule);
    case 'exposure':
      return exposure(told, rule);
    // The name of a broken state has said it all.
    case 'limit':
      return isState(told) ? [] : compared(told, rule);
    case 'mean':
      return [[speech.pick('时段', 'Window'), window(told)], ...compared(told, rule)];
    case 'kinetic-mean':
      return [[speech.pick('时段', 'Window'), speech.span(rule.within)], ...compared(told, rule)];
    case 'difference':
      return [[speech.pick('对比', 'Compared with'), otherPoint(told, rule.other)], ...compared(told, rule)];
    case 'forecast':
      return [...compared(told, rule), [speech.pick('预计超限', 'Expected'), expected(told, rule.horizon)]];
  }
}

/** A door, a mains contact: a word says it all. */
export const isState = ({ place }: Told): boolean => quantitySpec(place.quantity).states !== undefined;

type Compared = Extract<PointRule, { kind: 'limit' | 'mean' | 'kinetic-mean' | 'difference' | 'forecast' }>;

/** The value, the worst since, and the limit. */
function compared({ alarm: { value, worst }, place, speech }: Told, rule: Compared): Line[] {
  const say = (number: number) => speech.number(number, place.quantity);
  return [
    ...(value === null ? [] : [[speech.pick('数值', 'Value'), say(value)] as const]),
    ...(worst === null || worst === value ? [] : [[speech.pick('最差值', 'Worst'), say(worst)] as const]),
    [speech.pick('限值', 'Limit'), `${comparison(rule)} ${say(rule.limit)}`],
  ];
}

function comparison({ id, inclusive }: Pick<Compared, 'id' | 'inclusive'>): string {
  const low = id === 'low' || id === 'low-low' || id.endsWith('-low');
  if (inclusive) return low ? '≤' : '≥';
  return low ? '<' : '>';
}

function frozen({ alarm: { value }, place, speech }: Told, { least, after }: FrozenRule): Line[] {
  const still = speech.number(least, place.quantity);
  return [
    ...(value === null
      ? []
      : [[speech.pick('数值', 'Value'), speech.number(value, place.quantity)] as const]),
    [
      speech.pick('不变时间', 'Unchanged'),
      speech.pick(
        `超过 ${speech.span(after)}（变化不超过 ${still}）`,
        `for over ${speech.span(after)} (by no more than ${still})`,
      ),
    ],
  ];
}

function rate({ alarm: { value, worst }, place, speech }: Told, rule: RateRule): Line[] {
  const { id, limit, within, inclusive } = rule;
  const verb = id === 'rising' ? speech.pick('上升', 'up') : speech.pick('下降', 'down');
  const within_ = speech.span(within);
  // Whichever sign a change is kept with, the verb says the direction.
  const say = (change: number) =>
    speech.pick(
      `${within_}内${verb} ${speech.number(Math.abs(change), place.quantity)}`,
      `${verb} by ${speech.number(Math.abs(change), place.quantity)} within ${within_}`,
    );
  return [
    ...(value === null ? [] : [[speech.pick('变化', 'Change'), say(value)] as const]),
    ...(worst === null || worst === value ? [] : [[speech.pick('最大变化', 'Worst'), say(worst)] as const]),
    [speech.pick('限值', 'Limit'), `${inclusive ? '≥' : '>'} ${speech.number(limit, place.quantity)}`],
  ];
}

/** Its number is the time spent, not the value. */
function exposure({ alarm: { value, worst }, place, speech }: Told, rule: ExposureRule): Line[] {
  const { id, beyond, including, within, limit, inclusive } = rule;
  const [past, at] = id === 'freeze-exposure' ? ['<', '≤'] : ['>', '≥'];
  const where = `${including === true ? at : past} ${speech.number(beyond, place.quantity)}`;
  const spent = worst ?? value;
  const how =
    within === 'event'
      ? speech.pick('单次', 'in one go')
      : speech.pick(`${speech.span(within)}内累计`, `all within ${speech.span(within)}`);
  return [
    ...(spent === null ? [] : [[speech.pick('已处于', 'Spent'), `${where}, ${speech.span(spent)}`] as const]),
    [speech.pick('允许', 'Allowed'), `${where}, ${inclusive ? '<' : '≤'} ${speech.span(limit)} (${how})`],
  ];
}

function window({ alarm: { rule, since }, speech }: Told): string {
  const hourly = rule.id.startsWith('hourly');
  if (!hourly) return speech.time(since).slice(0, '2026-01-06'.length);
  return `${speech.shortTime(since)} – ${speech.shortTime(since + HOUR)}`;
}

function otherPoint({ site, speech }: Told, id: string): string {
  const { device, point } = placeOf(site, id);
  return [device, point].map((name) => speech.of(name)).join(' ');
}

/** When the limit will be reached, if nothing changes. */
function expected({ alarm: { expectedAt }, speech }: Told, horizon: Ms): string {
  if (expectedAt !== undefined)
    return speech.pick(
      `${speech.time(expectedAt)}（按目前趋势）`,
      `${speech.time(expectedAt)} at this trend`,
    );
  return speech.pick(
    `${speech.span(horizon)}内（按目前趋势）`,
    `within ${speech.span(horizon)} at this trend`,
  );
}

/** A number that we are not sure of is never given as a clause of a standard. */
function basis({ document, clause, certainty }: Basis, speech: Speech): string {
  if (!isCited(certainty)) return speech.pick('默认值', 'default');
  return clause === undefined ? document : `${document} ${clause}`;
}
