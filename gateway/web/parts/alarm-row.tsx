import { type Alarm, type QuietMark, quietMark } from '#model/alarm';
import { formatFinding } from '#model/finding-words';
import { formatLength } from '#model/length-words';
import { formatMeasure } from '#model/measure-words';
import { alarmLength } from '../format/alarm-length.ts';
import { formatMoment, formatUntil } from '../format/time.ts';
import { useLive, useNow, usePage, useWords } from '../page-context.ts';
import { alarmHref } from '../route.ts';
import { boardPoint, presentValue } from '../state/board-point.ts';
import type { Place } from '../state/site.ts';
import type { Words } from '../words.ts';
import { AlarmName } from './alarm-name.tsx';
import { Mark } from './mark.tsx';

/** One alarm in a line: how bad, what, where, since when, and whether someone has it in hand. */
export function AlarmRow({ alarm, dated = false }: { alarm: Alarm; dated?: boolean }) {
  const { w, language, say } = useWords();
  const { places } = usePage();
  const now = useNow();
  const place = places.get(alarm.point);
  const { severity } = alarm.rule;
  return (
    <a class={rowClass(alarm)} href={alarmHref(alarm.id)}>
      <Mark state={severity} />
      <span class="severity">{w[severity]}</span>
      <span class="what">
        <strong>
          <AlarmName alarm={alarm} />
        </strong>
        {place !== undefined && (
          <span class="where">
            {place.area && `${say(place.area.name)} · `}
            {say(place.device.name)}
          </span>
        )}
      </span>
      <span class="number">
        {place !== undefined && <RowNumber alarm={alarm} place={place} ended={dated} />}
      </span>
      <span class="when">
        {dated ? formatMoment(alarm.raisedAt, now) : formatLength(alarmLength(alarm, now), language)}
      </span>
      <span class="stand">{standOf(alarm, w)}</span>
    </a>
  );
}

function rowClass(alarm: Alarm): string {
  const lasting = alarm.clearedAt === null ? 'lasting' : 'returned';
  return `alarm-row ${alarm.rule.severity} ${lasting} ${alarm.state} ${quietWord(alarm) === undefined ? '' : 'quiet'}`;
}

/** In the strip what the point shows now; in the list, where time has passed, the worst that was. */
function RowNumber({ alarm, place: { point }, ended }: { alarm: Alarm; place: Place; ended: boolean }) {
  const { w, language } = useWords();
  const live = useLive();
  const now = useNow();
  const { rule, expectedAt } = alarm;
  const { quantity } = point;
  if (expectedAt !== undefined)
    return (
      <>
        <small>{w.expected} </small>
        {formatUntil(expectedAt, now)}
      </>
    );
  if (rule.kind === 'no-data' || rule.kind === 'fault' || rule.kind === 'forecast') return null;
  const worst = live.worst.get(alarm.id) ?? alarm.worst;
  if (rule.kind === 'limit' && !ended) {
    const value = presentValue(boardPoint(point, live, now));
    return <>{value === null ? '—' : formatMeasure(value, quantity, language)}</>;
  }
  return (
    <>
      {ended && <small>{w.worst} </small>}
      {formatFinding(rule, worst, { quantity, language })}
    </>
  );
}

/** Why nothing is said of it; undefined when it is told. */
function quietWord(alarm: Alarm): QuietMark | 'held' | undefined {
  if (alarm.state === 'normal') return undefined;
  return quietMark(alarm) ?? (alarm.heldUntil === undefined ? undefined : 'held');
}

function standOf(alarm: Alarm, w: Words): string {
  if (alarm.state === 'normal') return w.over;
  const stand = w[quietWord(alarm) ?? alarm.state];
  if (alarm.shelfAsk !== undefined) return `${stand} · ${w['shelf-asked']}`;
  return stand === w.acknowledged && alarm.acknowledged !== null
    ? `${stand} · ${alarm.acknowledged.by}`
    : stand;
}
