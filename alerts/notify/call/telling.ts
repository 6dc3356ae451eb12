import { type Alarm, isQuiet } from '#model/alarm';
import type { EscalationStep, Route } from '#model/site';
import type { EpochMs, Ms } from '#model/time';

/*
 * What is kept of one alarm while something may still be said of it: who has heard, and how far each route has climbed
 * its escalation. Times are kept and not counted down, so that a restart neither begins them anew nor tells twice.
 */

export interface Telling {
  /** As it was heard of last. */
  readonly alarm: Alarm;
  /** Ids of people who have heard of it: they hear when it is over. */
  readonly told: readonly string[];
  /** How often something was said of it: numbers its messages. */
  readonly count: number;
  /** By route; empty while nobody need be found. */
  readonly ladders: Readonly<Record<string, Ladder>>;
  /** When reminders began, or the last one went out. */
  readonly remindedAt: EpochMs;
}

/** How far a route is with its escalation. */
export interface Ladder {
  /** When the route was first told. */
  readonly from: EpochMs;
  /** `after` of the last step that was told; 0 before the first. */
  readonly climbed: Ms;
}

export const newTelling = (alarm: Alarm, told: readonly string[] = []): Telling => ({
  ...{ alarm, told, count: 0 },
  ...{ ladders: {}, remindedAt: 0 },
});

/** Nobody has taken it, it lasts, and it may be talked about: somebody must be found. */
export const wantsSomebody = (alarm: Alarm): boolean => alarm.state === 'unacknowledged' && !isQuiet(alarm);

const keys = new WeakMap<Route, string>();

/** A route has no id: it is known by what it takes and whom it tells, so that a new site file mixes up nothing. */
function routeKey(route: Route): string {
  const { areas, systems, severities, during, to } = route;
  const key = keys.get(route) ?? JSON.stringify([areas, systems, severities, during, to]);
  // Asked each second for every open alarm.
  keys.set(route, key);
  return key;
}

/** The telling with a ladder for each of these routes that had none. */
export function begun(telling: Telling, routes: readonly Route[], at: EpochMs): Telling {
  const fresh = routes.map(routeKey).filter((key) => telling.ladders[key] === undefined);
  if (fresh.length === 0) return telling;
  const ladders = Object.fromEntries(fresh.map((key) => [key, { from: at, climbed: 0 }]));
  const remindedAt = Object.keys(telling.ladders).length === 0 ? at : telling.remindedAt;
  return { ...telling, ladders: { ...telling.ladders, ...ladders }, remindedAt };
}

/** The steps that have fallen due, and the telling after them. */
export function climb(
  telling: Telling,
  routes: readonly Route[],
  now: EpochMs,
): { readonly telling: Telling; readonly steps: readonly EscalationStep[] } {
  let { ladders } = telling;
  const steps: EscalationStep[] = [];
  for (const route of routes) {
    const key = routeKey(route);
    const ladder = telling.ladders[key];
    if (ladder === undefined) continue;
    const due = route.escalate.filter(({ after }) => after > ladder.climbed && ladder.from + after <= now);
    if (due.length === 0) continue;
    steps.push(...due);
    // Two routes may differ in their steps alone: they share a ladder.
    const climbed = Math.max(ladders[key]?.climbed ?? 0, ...due.map(({ after }) => after));
    ladders = { ...ladders, [key]: { ...ladder, climbed } };
  }
  return { telling: steps.length === 0 ? telling : { ...telling, ladders }, steps };
}

/** After the clock was set back: nothing began later than now. */
export function setBack(telling: Telling, now: EpochMs): Telling {
  const ladders = Object.entries(telling.ladders).map(
    ([key, ladder]) => [key, { ...ladder, from: Math.min(ladder.from, now) }] as const,
  );
  const remindedAt = Math.min(telling.remindedAt, now);
  return { ...telling, ladders: Object.fromEntries(ladders), remindedAt };
}

/** Steps that have been told: whoever stands on them is called, too. */
export const climbedSteps = ({ ladders }: Telling, routes: readonly Route[]): readonly EscalationStep[] =>
  routes.flatMap((route) => {
    const climbed = ladders[routeKey(route)]?.climbed ?? 0;
    return route.escalate.filter(({ after }) => after <= climbed);
  });

/** Whether it is time for a reminder: the shortest interval of the routes that have been told. */
export function isReminderDue(
  { ladders, remindedAt }: Telling,
  routes: readonly Route[],
  now: EpochMs,
): boolean {
  const told = routes.filter((route) => ladders[routeKey(route)] !== undefined);
  return told.some(({ remind }) => remind !== null && remindedAt + remind <= now);
}
