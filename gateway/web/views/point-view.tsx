import { quantitySpec } from '#model/quantity';
import { ruleName } from '#model/rule';
import { formatBasis, formatRule } from '#model/rule-words';
import type { SitePoint } from '#model/site';
import { useLive, useNameOf, useNow, usePage, useWords } from '../page-context.ts';
import { Mark } from '../parts/mark.tsx';
import { PointAge, PointValue } from '../parts/point-row.tsx';
import { PointService } from '../parts/point-service.tsx';
import { boardPoint } from '../state/board-point.ts';
import type { Place } from '../state/site.ts';
import { Completeness } from '../trend/completeness.tsx';
import { TrendPanel } from '../trend/trend-panel.tsx';

/** One point: now, its trend, its limits. */
export function PointView({ id }: { id: string }) {
  const { w } = useWords();
  const { places } = usePage();
  const place = places.get(id);
  return (
    <section class="point-view">
      <a class="back" href="#/board">
        ← {w.back}
      </a>
      {place === undefined ? <p role="alert">{w.unknownPoint}</p> : <PointBody place={place} />}
    </section>
  );
}

function PointBody({ place }: { place: Place }) {
  return (
    <>
      <PointHead place={place} />
      <TrendPanel point={place.point} />
      <Completeness point={place.point} />
      <Limits point={place.point} />
      <PointService point={place.point} />
    </>
  );
}

function PointHead({ place: { point, device, area } }: { place: Place }) {
  const { w, say } = useWords();
  const shown = boardPoint(point, useLive(), useNow());
  return (
    <header class={`point-head ${shown.state}`}>
      <div>
        <p class="where">
          {area && `${say(area.name)} · `}
          {say(device.name)}
        </p>
        <h1>{say(point.name)}</h1>
      </div>
      <div class="point-now">
        <PointValue {...shown} />
        <p>
          <Mark state={shown.state} /> <b>{w[shown.state]}</b>
          <PointAge {...shown} />
        </p>
      </div>
    </header>
  );
}

function Limits({ point }: { point: SitePoint }) {
  const { w, language, say } = useWords();
  if (point.rules.length === 0) return null;
  const nameOf = useNameOf();
  const isMeasured = quantitySpec(point.quantity).states === undefined;
  return (
    <section class="limits">
      <h2>{w.limits}</h2>
      <ul>
        {point.rules.map((rule) => (
          <li key={rule.id}>
            <Mark state={rule.severity} />
            <span>
              <b>{formatRule(rule, { quantity: point.quantity, language, nameOf })}</b> {w[rule.severity]}
              {(rule.kind === 'limit' ? isMeasured : rule.kind !== 'no-data') &&
                ` · ${say(ruleName(rule, point.quantity))}`}
              <small>
                {formatBasis(rule.basis, language)} · {say(rule.advice)}
              </small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
