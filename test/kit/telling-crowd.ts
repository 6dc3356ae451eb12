import type { Alarm } from '#model/alarm';
import { SECOND } from '#model/time';
import { alarmSite, limitRule } from './alarms-site.ts';
import { TellingStage } from './telling-stage.ts';

/* Many alarms for two people. */

export const site = alarmSite({
  rules: [limitRule()],
  keys: Array.from({ length: 40 }, (_, index) => `probe-${index}`),
  people: ['li', 'wang'].map((id) => ({ id, name: id, channels: ['sms'] })),
});
export const stage = (): TellingStage => new TellingStage({ site });
export const warning = limitRule({ severity: 'warning' });

/** Somewhere else each time: nothing that belongs together. */
let places = 0;
export const elsewhere = (): Partial<Alarm> => ({ point: `other-${++places}.temp` });

/** Another point in the same place. */
let probes = 0;
export const nearby = (): Partial<Alarm> => ({ point: `fridge-1.probe-${probes++ % 40}` });

/** To li, as wang is told the same. */
export const toLi = (night: TellingStage): string[] =>
  night
    .said()
    .filter((line) => / li\b/.test(line))
    .map((line) => line.replace(' li', ''));

/** Raised and over after ten seconds, and taken. */
export function flicker(night: TellingStage, rule = warning): string {
  const id = night.raise(rule);
  night.pass(10 * SECOND);
  night.clear(id);
  night.acknowledge(id);
  night.pass(10 * SECOND);
  return id;
}
