import type { Alarm, AlarmEvent } from '#model/alarm';
import { formatFinding, hasWorst } from '#model/finding-words';
import { formatLength } from '#model/length-words';
import { formatMeasure } from '#model/measure-words';
import { formatBasis, formatRule } from '#model/rule-words';
import { alarmLength } from '../format/alarm-length.ts';
import { formatStanding } from '../format/standing.ts';
import { formatMoment, formatUntil } from '../format/time.ts';
import { useLive, useNameOf, useNow, usePage, useWords } from '../page-context.ts';
import { alarmHref, pointHref } from '../route.ts';
import { boardPoint, presentValue } from '../state/board-point.ts';
import type { Place } from '../state/site.ts';
import { AlarmName } from './alarm-name.tsx';
import { Fact } from './fact.tsx';

interface AlarmFactsProps {
  readonly alarm: Alarm;
  readonly events: readonly AlarmEvent[];
}

/** What, where, since when, how far, by which limit, how it stands, and what to do. */
export function AlarmFacts({ alarm, events }: AlarmFactsProps) {
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
        {place !== undefined && (
          <Fact name={w.where}>
            {place.area && `${say(place.area.name)} · `}
            {say(place.device.name)}
          </Fact>
        )}
        <Fact name={w.state}>
          <Standing alarm={alarm} events={events} />
        </Fact>
        <Fact name={w.started}>
          {formatMoment(alarm.since, now)} · {w.lasted} {formatLength(alarmLength(alarm, now), language)}
        </Fact>
        {alarm.expectedAt !== undefined && (
          <Fact name={w.expected}>
            <b>{formatUntil(alarm.expectedAt, now)}</b>
          </Fact>
        )}
        {place !== undefined && <Numbers alarm={alarm} place={place} />}
      </dl>
    </>
  );
}

function Standing({ alarm, events }: AlarmFactsProps) {
  const { w, language } = useWords();
  const { services } = useLive();
  const now = useNow();
  const service = services.get(alarm.point);
  const [first, ...others] = formatStanding({ alarm, events, service }, { language, now });
  return (
    <>
      <b>{first}</b>
      {alarm.late && ` · ${w.late}`}
      {others.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {alarm.suppressedBy !== null && alarm.state !== 'normal' && <Explanation id={alarm.suppressedBy} />}
    </>
  );
}

/** The alarm that explains this one. */
function Explanation({ id }: { id: string }) {
  const { w } = useWords();
  const cause = useLive().alarms.get(id);
  return (
    <p>
      {w.explainedBy}{' '}
      <a href={alarmHref(id)}>{cause === undefined ? w.anotherAlarm : <AlarmName alarm={cause} />}</a>
    </p>
  );
}

function Numbers({ alarm, place: { point } }: { alarm: Alarm; place: Place }) {
  const { w, language } = useWords();
  const nameOf = useNameOf();
  const live = useLive();
  const present = boardPoint(point, live, useNow());
  const believable = presentValue(present);
  const { quantity } = point;
  const say = (value: number | null) => formatFinding(alarm.rule, value, { quantity, language });
  return (
    <>
      <Fact name={w.current}>
        <b>{believable === null ? w[present.state] : formatMeasure(believable, quantity, language)}</b>{' '}
        <a href={pointHref(alarm.point)}>{w.details}</a>
        {hasWorst(alarm.rule, quantity) && (
          <small>
            {w.value} <b>{say(alarm.value)}</b> · {w.worst}{' '}
            <b>{say(live.worst.get(alarm.id) ?? alarm.worst)}</b>
          </small>
        )}
      </Fact>
      <Fact name={w.limit}>
        <b>{formatRule(alarm.rule, { quantity, language, nameOf })}</b>
        <small>{formatBasis(alarm.rule.basis, language)}</small>
      </Fact>
    </>
  );
}
