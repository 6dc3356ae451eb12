import type { Alarm } from '#model/alarm';
import { ruleName } from '#model/rule';
import { formatMeasure } from '../format/number.ts';
import { alarmLength } from '../format/rule.ts';
import { formatLength, formatMoment } from '../format/time.ts';
import { useLive, useNow, usePage, useWords } from '../page-context.ts';
import { alarmHref } from '../route.ts';
import { boardPoint, presentValue } from '../state/board-point.ts';
import type { Place } from '../state/site.ts';
import { Mark } from './mark.tsx';

/** One alarm in a line: how bad, what, where, since when, and whether someone has it in hand. */
export function AlarmRow({ alarm, dated = false }: { alarm: Alarm; dated?: boolean }) {
  const { w, language, say } = useWords();
  const { places } = usePage();
  const now = useNow();
  const place = places.get(alarm.point);
  const { severity } = alarm.rule;
  const lasting = alarm.clearedAt === null;
  return (
    <a
      class={`alarm-row ${severity} ${lasting ? 'lasting' : 'returned'} ${alarm.state}`}
      href={alarmHref(alarm.id)}
    >
      <Mark state={severity} />
      <span class="severity">{w[severity]}</span>
      <span class="what">
        <strong>
          {/* A condition of the gateway says by itself what it is about. */}
          {alarm.rule.kind !== 'condition' && `${place === undefined ? alarm.point : say(place.point.name)} `}
          {say(ruleName(alarm.rule, place?.point.quantity ?? 'number'))}
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

/** In the strip what the point shows now; in the list, where time has passed, the worst that was. */
function RowNumber({ alarm, place: { point }, ended }: { alarm: Alarm; place: Place; ended: boolean }) {
  const { w, language } = useWords();
  const live = useLive();
  const now = useNow();
  if (alarm.rule.kind !== 'limit') return null;
  const worst = live.worst.get(alarm.id) ?? alarm.worst;
  const value = ended ? worst : presentValue(boardPoint(point, live, now));
  if (value === null) return <>—</>;
  return (
    <>
      {ended && <small>{w.worst} </small>}
      {formatMeasure(value, point.quantity, language)}
    </>
  );
}

export function standOf(alarm: Alarm, w: ReturnType<typeof useWords>['w']): string {
  if (alarm.shelvedUntil !== null && alarm.state !== 'normal') return w.shelved;
  return alarm.state === 'normal' ? w.over : w[alarm.state];
}
