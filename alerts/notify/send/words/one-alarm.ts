import type { News } from '#model/channel';
import { ruleName } from '#model/rule';
import type { Severity } from '#model/standard';
import type { Text } from '#model/text';
import { type EpochMs, MINUTE, type Ms } from '#model/time';
import { findingLines, isState, type Told } from './finding.ts';
import { headline, longPlace } from './place.ts';
import type { Line, Speech } from './speech.ts';

export const SEVERITY: Readonly<Record<Severity, Text>> = {
  notice: { zh: '提示', en: 'Notice' },
  warning: { zh: '警告', en: 'Warning' },
  critical: { zh: '严重', en: 'Critical' },
};

/** Who is told later than the others hears how long it has been so. */
const LONG_OPEN: Ms = 5 * MINUTE;

/** Why a person hears of one alarm. `at`: when there was something to say. */
export interface Occasion {
  readonly event: News;
  readonly at: EpochMs;
}

export function subjectOfOne(told: Told, { event, at }: Occasion): string {
  const { alarm, place, speech } = told;
  const late = alarm.late ? speech.pick('（补传数据）', ' (found late)') : '';
  return `${mark(told, event)} ${headline(alarm, place, speech)}${reading(told, event)}${late}${trailer(told, { event, at })}`;
}

export function linesOfOne(told: Told, occasion: Occasion): Line[] {
  const { alarm, place, speech } = told;
  return [
    [speech.pick('位置', 'Where'), longPlace(alarm, place, speech)],
    [speech.pick('级别', 'Severity'), speech.of(SEVERITY[alarm.rule.severity])],
    [speech.pick('情况', 'What'), speech.of(ruleName(alarm.rule, place.quantity))],
    ...unanswered(told, occasion),
    ...findingLines(told),
    [speech.pick('开始', 'Since'), speech.time(alarm.since)],
    ...end(told),
    ...(alarm.late ? [[speech.pick('说明', 'Note'), lateNote(speech)] as const] : []),
    ...(occasion.event === 'cleared'
      ? []
      : [[speech.pick('处置', 'What to do'), speech.of(alarm.rule.advice)] as const]),
  ];
}

function mark({ alarm: { rule }, speech }: Told, event: News): string {
  if (event === 'cleared') return speech.pick('[恢复]', '[Cleared]');
  const severity = `[${speech.of(SEVERITY[rule.severity])}]`;
  if (event === 'escalated') return `${severity}${speech.pick('[升级]', '[Escalated]')}`;
  return event === 'reminder' ? `${severity}${speech.pick('[提醒]', '[Reminder]')}` : severity;
}

/** By how much a limit is passed, as the first line is all that a locked telephone shows. */
function reading(told: Told, event: News): string {
  const { alarm, place, speech } = told;
  if (event === 'cleared' || alarm.rule.kind !== 'limit' || isState(told)) return '';
  if (event === 'raised') return alarm.value === null ? '' : ` ${speech.number(alarm.value, place.quantity)}`;
  if (alarm.worst === null) return '';
  const worst = speech.number(alarm.worst, place.quantity);
  return speech.pick(`，曾达 ${worst}`, `, reached ${worst}`);
}

/** What a short message has room for of how long it has been open, or how long it was. */
function trailer({ alarm, speech }: Told, { event, at }: Occasion): string {
  if (event === 'cleared') return lasted(alarm, speech);
  const length = speech.span(Math.max(0, at - openSince(alarm)));
  if (event === 'escalated') return speech.pick(`，已 ${length}无人确认`, `, not taken for ${length}`);
  if (event !== 'reminder') return '';
  return alarm.clearedAt === null
    ? speech.pick(`，仍在持续，已 ${length}`, `, goes on for ${length}`)
    : speech.pick('，已恢复，待确认', ', over, not acknowledged');
}

function lasted({ since, clearedAt }: Told['alarm'], speech: Speech): string {
  if (clearedAt === null) return '';
  const length = speech.span(clearedAt - since);
  return speech.pick(`，持续 ${length}`, `, lasted ${length}`);
}

/** Since when nobody takes it: from the raise, or from the end of an acknowledgement that ran out. */
const openSince = ({ raisedAt, acknowledged }: Told['alarm']): EpochMs => acknowledged?.until ?? raisedAt;

function unanswered({ alarm, speech }: Told, { event, at }: Occasion): Line[] {
  const { acknowledged, raisedAt, state } = alarm;
  const name = speech.pick('确认', 'Acknowledged');
  if (event === 'cleared' || state !== 'unacknowledged') return [];
  if (acknowledged?.until != null) {
    const { by, until } = acknowledged;
    const zh = `${by} 的确认已于 ${speech.time(until)} 到期，报警仍在持续`;
    return [[name, speech.pick(zh, `by ${by}, ran out at ${speech.time(until)} while the alarm goes on`)]];
  }
  if (event === 'raised' && at - raisedAt < LONG_OPEN) return [];
  const zh = `自 ${speech.time(raisedAt)} 起无人确认`;
  return [[name, speech.pick(zh, `by nobody since ${speech.time(raisedAt)}`)]];
}

function end({ alarm: { since, clearedAt }, speech }: Told): Line[] {
  if (clearedAt === null) return [];
  const length = speech.span(clearedAt - since);
  const lasted = speech.pick(`（持续 ${length}）`, ` (lasted ${length})`);
  return [[speech.pick('恢复', 'Until'), speech.time(clearedAt) + lasted]];
}

const lateNote = (speech: Speech): string =>
  speech.pick(
    '由补传的历史数据发现，并非此刻的情况',
    'found in readings that came long after they were measured; not the situation of this moment',
  );
