import {
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  VariableHide,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Text } from '#model/text';
import {
  areaChoices,
  type Choice,
  choicesText,
  deviceChoices,
  gatewayChoice,
  siteChoice,
} from './choices.ts';
import { type Scope, say } from './scope.ts';
import { DATASOURCE } from './target.ts';

/** Where the dashboard asks. The first InfluxDB data source of Grafana until somebody chooses another. */
export const datasourceVariable = (scope: Scope): DatasourceVariableBuilder =>
  new DatasourceVariableBuilder('datasource')
    .label(say(scope, { zh: '数据源', en: 'Data source' }))
    .type(DATASOURCE.type);

/** There is one: another site in the same Grafana has dashboards of its own. */
export const siteVariable = (scope: Scope): CustomVariableBuilder =>
  one(named(scope, 'site'), [siteChoice(scope)]);

/** Some or all areas. */
export const areaVariable = (scope: Scope, choices = areaChoices(scope)): CustomVariableBuilder =>
  some(named(scope, 'area'), choices);

/** Some or all devices. */
export const deviceVariable = (
  scope: Scope,
  choices = [...deviceChoices(scope), gatewayChoice(scope)],
): CustomVariableBuilder => some(named(scope, 'device'), choices);

/** Exactly one of these devices. */
export const oneDeviceVariable = (scope: Scope, choices: readonly Choice[]): CustomVariableBuilder =>
  one(named(scope, 'device'), choices);

/** All areas, and nobody can choose: where one device is chosen, another area would only show nothing. */
export const everyArea = (scope: Scope): CustomVariableBuilder =>
  areaVariable(scope).hide(VariableHide.HideVariable);

const LABELS = {
  site: { zh: '站点', en: 'Site' },
  area: { zh: '区域', en: 'Area' },
  device: { zh: '设备', en: 'Device' },
} as const satisfies Record<string, Text>;

const named = (scope: Scope, name: keyof typeof LABELS): CustomVariableBuilder =>
  new CustomVariableBuilder(name).label(say(scope, LABELS[name]));

function one(builder: CustomVariableBuilder, choices: readonly Choice[]): CustomVariableBuilder {
  const [first = { text: '', value: '' }] = choices;
  return builder
    .values(choicesText(choices))
    .options(choices.map((choice) => ({ ...choice, selected: choice === first })))
    .current({ ...first, selected: true });
}

/** As Grafana calls it. */
const ALL: Choice = { text: 'All', value: '$__all' };

/** Any number of them. All also takes what has no such tag: alarms of the gateway itself are of no area. */
const some = (builder: CustomVariableBuilder, choices: readonly Choice[]): CustomVariableBuilder =>
  builder
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .values(choicesText(choices))
    .options([ALL, ...choices].map((choice) => ({ ...choice, selected: choice === ALL })))
    .current({ text: [ALL.text], value: [ALL.value], selected: true });
