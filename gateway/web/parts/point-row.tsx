import { formatValue } from '#model/measure-words';
import { quantitySpec } from '#model/quantity';
import { formatAge } from '../format/time.ts';
import { useNow, useWords } from '../page-context.ts';
import { pointHref } from '../route.ts';
import type { BoardPoint } from '../state/board-point.ts';
import { reasonText } from '../state/point-state.ts';
import { Mark } from './mark.tsx';

/** A point with its value, or honestly without one. */
export function PointRow({ point, reading, state }: BoardPoint) {
  const { w, say } = useWords();
  return (
    <a class={`point-row ${state}`} href={pointHref(point.id)}>
      <Mark state={state} />
      <span class="point-name">
        {say(point.name)}
        <small>
          <b>{w[state]}</b>
          <PointAge point={point} reading={reading} state={state} />
        </small>
      </span>
      <PointValue point={point} reading={reading} state={state} />
    </a>
  );
}

/** A failed read shows no number: the last good one would look as if it held. */
export function PointValue({ point, reading, state }: BoardPoint) {
  const { language } = useWords();
  const { symbol, states } = quantitySpec(point.quantity);
  const value =
    state === 'bad' || state === 'none' || reading?.quality === 'bad' ? null : (reading?.value ?? null);
  return (
    <span class="point-value">
      <data class={states && value !== null ? 'word' : ''}>
        {value === null ? '—' : formatValue(value, point.quantity, language)}
      </data>
      <abbr>{symbol}</abbr>
    </span>
  );
}

export function PointAge({ reading, state }: BoardPoint) {
  const { language, say } = useWords();
  const now = useNow();
  if (reading === undefined) return null;
  const reason = reasonText(reading.reason);
  const told =
    reason !== undefined && state !== 'normal' && state !== 'out-of-service' ? `${say(reason)} · ` : '';
  return (
    <span class="age">
      {' · '}
      {told}
      <time>{formatAge(now - reading.at, language)}</time>
    </span>
  );
}
