import { alarmAnnotations } from '../annotations.ts';
import { deviceChoices } from '../choices.ts';
import { PLACE } from '../filters.ts';
import { alarmEvents, standingAlarms } from '../panels/alarm-tables.ts';
import { nowSection, trendSections } from '../reading-sections.ts';
import { type Scope, say } from '../scope.ts';
import { type Sheet, sheet } from '../sheet.ts';
import { deviceSheetName } from '../uid.ts';
import { everyArea, oneDeviceVariable, siteVariable } from '../variables.ts';

/** One device, chosen among those of a driver: all of them measure the same. */
export function deviceSheet(scope: Scope, driver: string): Sheet {
  const devices = scope.site.devices.filter((device) => device.driver === driver);
  const points = devices.flatMap((device) => device.points);
  const title = scope.drivers.get(driver)?.title ?? { zh: driver, en: driver };
  return sheet(scope, {
    name: deviceSheetName(driver),
    title: { zh: `设备：${title.zh}`, en: `Device: ${title.en}` },
    description: { zh: '在上方选择设备。', en: 'Choose the device above.' },
    from: 'now-24h',
    refresh: '1m',
    variables: [
      siteVariable(scope),
      everyArea(scope),
      oneDeviceVariable(scope, deviceChoices(scope, devices)),
    ],
    annotations: alarmAnnotations(scope, PLACE),
    sections: [
      nowSection(scope, say(scope, { zh: '当前值', en: 'Now' }), points),
      {
        ...{ title: say(scope, { zh: '报警', en: 'Alarms' }), width: 24, height: 5 },
        panels: [standingAlarms(scope, PLACE)],
      },
      ...trendSections(scope, points),
      {
        ...{ title: say(scope, { zh: '报警记录', en: 'What happened' }), width: 24, height: 9 },
        panels: [alarmEvents(scope, PLACE)],
      },
    ],
  });
}
