import { HOUR, MINUTE } from '#model/time';
import { customOptions } from './custom-options.ts';
import type { DayStage } from './day-stage.ts';
import type { ChosenVariable, TimeRange } from './filled-query.ts';
import { DAY_BEGINS, DAY_ENDS } from './hospital-day.ts';
import type { Setting } from './panel-queries.ts';
import type { DashboardJson } from './schema-check.ts';

/** What people set above a dashboard: each kind of choice and each kind of span at least once. */
export function settingsOf(file: DashboardJson, { ends }: DayStage): readonly Setting[] {
  const variables = variablesOf(file);
  const [first = '', second = '', ...others] = variables.device.options;
  const silent = variables.device.options.includes('fridge-1') ? 'fridge-1' : first;
  const wholeDay = { from: DAY_BEGINS, to: DAY_ENDS - 1 };
  const setting = (
    name: string,
    range: TimeRange,
    devices: readonly string[] | 'all',
    areas: 'all' | 'each',
  ) => ({
    ...{ name, range },
    variables: [
      ...variables.site.set('all'),
      ...variables.area.set(areas === 'all' ? 'all' : variables.area.options),
      ...variables.device.set(devices),
    ],
  });
  return [
    setting('the whole day, everything', wholeDay, 'all', 'all'),
    setting('an hour, closely', span('14:00', '15:00'), [first, second], 'all'),
    setting('inside a gap', span('03:20', '04:15'), [silent], 'all'),
    setting('around midnight', { from: DAY_ENDS - 30 * MINUTE, to: ends }, 'all', 'each'),
    setting('before anything was measured', span('-10:00', '-00:01'), 'all', 'all'),
    setting('borders that nobody rounds', ODD, [others.at(-1) ?? first], 'each'),
  ];
}

const ODD: TimeRange = { from: DAY_BEGINS + 47_243_456, to: DAY_BEGINS + 69_071_789 };

function span(from: string, to: string): TimeRange {
  const at = (clock: string) => {
    const [, sign, hours, minutes] = /^(-?)(\d+):(\d+)$/.exec(clock) ?? [];
    const passed = Number(hours) * HOUR + Number(minutes) * MINUTE;
    return DAY_BEGINS + (sign === '-' ? -passed : passed);
  };
  return { from: at(from), to: at(to) };
}

interface Choice {
  /** Every value that there is. */
  readonly options: readonly string[];
  /** Nothing where the dashboard has no such variable. */
  set(chosen: readonly string[] | 'all'): readonly ChosenVariable[];
}

interface VariableJson {
  readonly name: string;
  readonly query: string;
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string;
}

function variablesOf(file: DashboardJson) {
  const { list } = file['templating'] as { readonly list: readonly VariableJson[] };
  const choice = (name: string): Choice => {
    const json = list.find((variable) => variable.name === name);
    if (json === undefined) return { options: [], set: () => [] };
    const options = customOptions(json.query)
      .map(({ value }) => value)
      .toSorted();
    return { options, set: (chosen) => [set(json, options, chosen)] };
  };
  return { site: choice('site'), area: choice('area'), device: choice('device') };
}

function set(
  json: VariableJson,
  options: readonly string[],
  wanted: readonly string[] | 'all',
): ChosenVariable {
  const { name, multi = false, allValue } = json;
  const some = wanted === 'all' ? options : wanted.filter((text) => text !== '');
  if (!multi) return { name, multi, chosen: some.slice(0, 1) };
  return { name, multi, chosen: wanted === 'all' && allValue !== undefined ? { all: allValue } : some };
}
