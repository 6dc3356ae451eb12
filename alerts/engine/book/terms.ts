import type { Alarm, AlarmAction, AlarmPolicy, ServiceAction } from '#model/alarm';
import { HygateError } from '#model/errors';
import { DAY, type EpochMs, formatDuration, type Ms } from '#model/time';
import type { Deed } from './act.ts';
import { outOfPlace } from './deed.ts';

/** Ours: a repair that takes longer is taken out of service again, so that somebody looks at it each month. */
const LONGEST_SERVICE: Ms = 31 * DAY;

interface Terms {
  readonly policy: AlarmPolicy;
  readonly now: EpochMs;
}

/**
 * What a person wants, as the site's policy lets them have it. Throws `reason-missing`, `too-long`, `request-invalid`
 * and `act-out-of-place`.
 */
export function deedOf(action: AlarmAction, alarm: Alarm, terms: Terms): Deed {
  if (action.type === 'acknowledge') return acknowledgement(action, alarm, terms);
  if (action.type === 'shelve') return shelf(action, alarm, terms);
  return action;
}

type Wanted<Type extends AlarmAction['type']> = Extract<AlarmAction, { type: Type }>;

function acknowledgement(
  { until, comment }: Wanted<'acknowledge'>,
  { rule }: Alarm,
  { policy, now }: Terms,
): Deed {
  const longest = policy.acknowledgedFor[rule.severity];
  if (until === undefined) return { type: 'acknowledge', until: longest && now + longest, comment };
  refusePast(until, now);
  refuseLonger(until - now, longest, `A ${rule.severity} alarm may be acknowledged`);
  return { type: 'acknowledge', until, comment };
}

function shelf(
  { until, oneShot = false, comment }: Wanted<'shelve'>,
  { rule }: Alarm,
  { policy, now }: Terms,
): Deed {
  if (rule.kind === 'condition')
    throw outOfPlace(
      'An alarm of the gateway about itself cannot be shelved: acknowledge it and do what it says.',
    );
  const reason = reasonOf(comment, 'Shelving');
  refusePast(until, now);
  refuseLonger(until - now, policy.shelvedFor[rule.severity], `A ${rule.severity} alarm may be shelved`);
  const type = policy.twoPersons.includes(rule.severity) ? 'ask-shelf' : 'shelve';
  return { type, until, oneShot, comment: reason };
}

/** Throws `reason-missing`, `too-long` and `request-invalid`. */
export function serviceOf(action: ServiceAction, now: EpochMs): ServiceAction {
  if (action.type === 'in-service') return action;
  const { type, until } = action;
  refusePast(until, now);
  refuseLonger(until - now, LONGEST_SERVICE, 'A point may be out of service');
  return { type, until, comment: reasonOf(action.comment, 'Taking a point out of service') };
}

function reasonOf(comment: string, what: string): string {
  const reason = comment.trim();
  if (reason === '') throw new HygateError('reason-missing', `${what} needs a reason as comment.`);
  return reason;
}

function refusePast(until: EpochMs, now: EpochMs): void {
  if (until <= now) throw new HygateError('request-invalid', 'until must be in the future.');
}

function refuseLonger(length: Ms, longest: Ms | null, what: string): void {
  if (longest === null || length <= longest) return;
  throw new HygateError('too-long', `${what} for at most ${formatDuration(longest)}.`);
}
