import { GATEWAY_DEVICE } from '#model/condition';
import { deviceName, type Scope, say } from './scope.ts';
import { GATEWAY_NAME } from './words.ts';

/** What somebody can choose above a dashboard: as people call it, and as the data does. */
export interface Choice {
  readonly text: string;
  readonly value: string;
}

export const siteChoice = (scope: Scope): Choice => ({
  text: say(scope, scope.site.name),
  value: scope.site.id,
});

export const areaChoices = (scope: Scope, areas = scope.site.areas): Choice[] =>
  areas.map(({ id, name }) => ({ text: say(scope, name), value: id }));

/** By area: `医废暂存间 · 冷库 1`. A list of names does not follow what is chosen beside it, so each says where it is. */
export const deviceChoices = (scope: Scope, devices = scope.site.devices): Choice[] =>
  areaChoices(scope).flatMap((area) =>
    devices
      .filter((device) => device.area === area.value)
      .map(({ id }) => ({ text: `${area.text} · ${deviceName(scope, id)}`, value: id })),
  );

/** Alarms of the gateway itself are of this device and of no area. */
export const gatewayChoice = (scope: Scope): Choice => ({
  text: say(scope, GATEWAY_NAME),
  value: GATEWAY_DEVICE,
});

/** As Grafana keeps them in a line, `name : id, name : id`, where a comma of a name is escaped. */
export const choicesText = (choices: readonly Choice[]): string =>
  choices.map(({ text, value }) => `${onOneLine(text)} : ${value}`).join(', ');

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll(',', '\\,');
