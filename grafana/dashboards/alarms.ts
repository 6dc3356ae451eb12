import { alarmAnnotations } from '../annotations.ts';
import { PLACE } from '../filters.ts';
import { frequentAlarms, raisedChart } from '../panels/alarm-counts.ts';
import { alarmEvents, quietAlarms, standingAlarms } from '../panels/alarm-tables.ts';
import { type Scope, say } from '../scope.ts';
import { type Sheet, sheet } from '../sheet.ts';
import { areaVariable, deviceVariable, siteVariable } from '../variables.ts';

/** Alarms now and in the span that is shown. */
export const alarms = (scope: Scope): Sheet =>
  sheet(scope, {
    name: 'alarms',
    title: { zh: '报警', en: 'Alarms' },
    description: { zh: '现在与过去的报警。', en: 'Alarms of now and of the past.' },
    from: 'now-7d',
    refresh: '1m',
    variables: [siteVariable(scope), areaVariable(scope), deviceVariable(scope)],
    annotations: alarmAnnotations(scope, PLACE),
    sections: [
      {
        ...{ title: say(scope, { zh: '现在', en: 'Now' }), width: 24, height: 8 },
        panels: [standingAlarms(scope, PLACE)],
      },
      {
        ...{ title: say(scope, { zh: '静默', en: 'Quiet' }), width: 24, height: 6 },
        panels: [quietAlarms(scope, PLACE)],
      },
      {
        ...{ title: say(scope, { zh: '频次', en: 'How often' }), width: 12, height: 9 },
        panels: [raisedChart(scope, PLACE), frequentAlarms(scope, PLACE)],
      },
      {
        ...{ title: say(scope, { zh: '记录', en: 'What happened' }), width: 24, height: 14 },
        panels: [alarmEvents(scope, PLACE)],
      },
    ],
  });
