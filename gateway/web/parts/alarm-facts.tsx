import type { ComponentChildren } from 'preact';
import type { Alarm } from '#model/alarm';
import { quantitySpec } from '#model/quantity';
import { formatMeasure } from '../format/number.ts';
import { alarmLength, formatBasis, formatRule } from '../format/rule.ts';
import { formatLength, formatMoment } from '../format/time.ts';
import { useLive, useNow, usePage, useWords } from '../page-context.ts';
import { pointHref } from '../route.ts';
import { boardPoint, presentValue } from '../state/board-point.ts';
import type { Place } from '../state/site.ts';
import { standOf } from './alarm-row.tsx';

/** What, where, since when, how far, by which limit, and what to do. */
export function AlarmFacts({ alarm }: { alarm: Alarm }) {
  const { w, language, say } = useWords();
  const { places } = usePage();
  const now = useNow();
  const place = places.get(alarm.point);
  return (
    <>
      <p class="advice">
        <small>{w.advice}</small>
        {say(alarm.rule.advice)}
      </p>
      <dl class="facts">
        <Fact name={w.where}>
          {place?.area && `${say(place.area.name)} · `}
          {place && say(place.device.name)}
        </Fact>
        <Fact name={w.state}>
          {standOf(alarm, w)}
          {alarm.late && ` · ${w.late}`}
        </Fact>
        <Fact name={w.started}>
          {formatMoment(alarm.since, now)} · {w.lasted} {formatLength(alarmLength(alarm, now), language)}
        </Fact>
        {place !== undefined && <Numbers alarm={alarm} place={place} />}
      </dl>
    </>
  );
}

function Numbers({ alarm, place: { point } }: { alarm: Alarm; place: Place }) {
  const { w, language } = useWords();
  const live = useLive();
  const present = boardPoint(point, live, useNow());
  const believable = presentValue(present);
  const say = (value: number | null) =>
    value === null ? '—' : formatMeasure(value, point.quantity, language);
  const isMeasured = quantitySpec(point.quantity).states === undefined;
  return (
    <>
      <Fact name={w.current}>
        <b>{believable === null ? w[present.state] : say(believable)}</b>{' '}
        <a href={pointHref(alarm.point)}>{w.details}</a>
        {alarm.rule.kind === 'limit' && isMeasured && (
          <small>
            {w.value} <b>{say(alarm.value)}</b> · {w.worst}{' '}
            <b>{say(live.worst.get(alarm.id) ?? alarm.worst)}</b>
          </small>
        )}
      </Fact>
      <Fact name={w.limit}>
        <b>{formatRule(alarm.rule, point.quantity, language)}</b>
        <small>{formatBasis(alarm.rule.basis, language)}</small>
      </Fact>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
