import { type Alarm, isQuiet } from '#model/alarm';
import type { Scene } from '#model/channel';
import { SEVERITIES, type Severity } from '#model/standard';

/**
 * What sound and light show of the open alarms. Quiet ones do not count. One that is over still asks for somebody while
 * nobody has taken it; one that waits for its reset is shown like one that lasts.
 */
export function sceneOf(open: readonly Alarm[]): Scene {
  const told = open.filter((alarm) => !isQuiet(alarm));
  return {
    unacknowledged: worst(told.filter(({ state }) => state === 'unacknowledged' || state === 'returned')),
    active: worst(told.filter(({ clearedAt, state }) => clearedAt === null || state === 'latched')),
  };
}

const worst = (alarms: readonly Alarm[]): Severity | null =>
  SEVERITIES.findLast((severity) => alarms.some(({ rule }) => rule.severity === severity)) ?? null;
