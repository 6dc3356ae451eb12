import { VITALS, VITALS_EVERY, type Vital, type VitalUnit } from '#model/vitals';
import { type Asking, asking } from '../asking.ts';
import { bandColumns, bandLooks } from '../band.ts';
import { SITE, WHOLE_SPAN } from '../filters.ts';
import { bucketed, seconds } from '../reading-targets.ts';
import { type Scope, say } from '../scope.ts';
import { chart } from './chart.ts';

const GRAFANA_UNITS: Readonly<Record<VitalUnit, string>> = {
  s: 's',
  ms: 'ms',
  bytes: 'bytes',
  share: 'percentunit',
  rows: 'none',
  count: 'none',
};

/** One number of the gateway's health over time. */
export function vitalTrend(scope: Scope, vital: Vital): Asking {
  const { name, unit } = VITALS[vital];
  const builder = chart()
    .title(say(scope, name))
    .interval(seconds(2 * VITALS_EVERY))
    .unit(GRAFANA_UNITS[unit]);
  const band = { name: say(scope, name), color: 'blue', series: (column: string) => column, links: [] };
  for (const [series, looks] of bandLooks(scope, band)) builder.overrideByName(series, looks);
  const question = {
    ...WHOLE_SPAN,
    ...{ measurement: 'gateway' as const, tags: [SITE] },
    ...bucketed(bandColumns(vital)),
  };
  return asking(builder, [{ refId: 'Q1', format: 'time_series', alias: '$col', question }]);
}
