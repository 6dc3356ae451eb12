import type { Alarm } from '#model/alarm';
import { formatMeasure } from '../format/number.ts';
import { alarmLength, formatKind } from '../format/rule.ts';
import { formatLength, formatMoment } from '../format/time.ts';
import { useNow, usePage, useWords } from '../page-context.ts';
import { alarmHref } from '../route.ts';
import { Mark } from './mark.tsx';

/** One alarm in a line: how bad, what, where, since when, and whether someone has it in hand. */
export function AlarmRow({ alarm, dated = false }: { alarm: Alarm; dated?: boolean }) {
  const { w, language, say } = useWords();
  const { places } = usePage();
  const now = useNow();
  const place = places.get(alarm.point);
  const { severity } = alarm.rule;
  const lasting = alarm.clearedAt === null;
  const value = alarm.worst ?? alarm.value;
  return (
    <a
      class={`alarm-row ${severity} ${lasting ? 'lasting' : 'returned'} ${alarm.state}`}
      href={alarmHref(alarm.id)}
    >
      <Mark state={severity} />
      <span class="severity">{w[severity]}</span>
      <span class="what">
        <strong>
          {place === undefined ? alarm.point : say(place.point.name)} {formatKind(alarm.rule, language)}
        </strong>
        {place !== undefined && <span class="where">{say(place.device.name)}</span>}
      </span>
      <span class="number">
        {place !== undefined && value !== null && formatMeasure(value, place.point.quantity, language)}
      </span>
      <span class="when">
        {dated ? formatMoment(alarm.raisedAt, now) : formatLength(alarmLength(alarm, now), language)}
      </span>
      <span class="stand">{standOf(alarm, w)}</span>
    </a>
  );
}

export function standOf(alarm: Alarm, w: ReturnType<typeof useWords>['w']): string {
  if (alarm.shelvedUntil !== null && alarm.state !== 'normal') return w.shelved;
  return alarm.state === 'normal' ? w.over : w[alarm.state];
}
