import type { Alarm } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { Act, ShelfTerms } from './act.ts';
import { type Change, isActive, moved, unmarked, withoutAsk, withoutHold } from './occurrence.ts';

/**
 * What an act makes of an alarm as it stands; undefined when it changes nothing. Throws `act-out-of-place` and
 * `second-person-needed`: what was in place when a person asked need not be when the journal's row is come to.
 */
export function perform(alarm: Alarm, act: Act): Change | undefined {
  const { deed } = act;
  switch (deed.type) {
    case 'acknowledge':
      return acknowledge(alarm, { at: act.at, by: act.by, comment: deed.comment, until: deed.until });
    case 'shelve':
      return shelve(alarm, deed);
    case 'ask-shelf':
      return ask(alarm, { at: act.at, by: act.by, ...termsOf(deed) });
    case 'grant-shelf':
      return grant(alarm, act.by);
    case 'unshelve':
      return unshelve(alarm);
    case 'reset':
      return reset(alarm);
    case 'comment':
      return { type: 'commented', alarm };
  }
}

/** A second acknowledgement changes nothing: the first one has it. Who takes it before it is told spares others the call. */
function acknowledge(alarm: Alarm, acknowledged: NonNullable<Alarm['acknowledged']>): Change | undefined {
  const after = moved(alarm, 'acknowledged');
  if (after === undefined) return undefined;
  const heard = after.suppressedBy === null ? withoutHold(after) : after;
  return { type: 'acknowledged', alarm: { ...heard, acknowledged } };
}

function shelve(alarm: Alarm, { until, oneShot }: ShelfTerms): Change {
  refuseShotAtNothing(alarm, oneShot);
  return { type: 'shelved', alarm: { ...withoutAsk(alarm), shelvedUntil: until }, shelf: { until, oneShot } };
}

function ask(alarm: Alarm, shelfAsk: NonNullable<Alarm['shelfAsk']>): Change {
  refuseShotAtNothing(alarm, shelfAsk.oneShot);
  return { type: 'shelf-asked', alarm: { ...alarm, shelfAsk } };
}

function grant(alarm: Alarm, by: string): Change {
  const { id, shelfAsk } = alarm;
  if (shelfAsk === undefined)
    throw outOfPlace(`nobody asks for a shelf of alarm ${id}, or the time to grant it is over: ask again`);
  if (shelfAsk.by === by) {
    const who = `${by} asked for the shelf of alarm ${id}`;
    throw new HygateError('second-person-needed', `${who} and cannot grant it: ask a colleague to do so`);
  }
  return shelve(alarm, shelfAsk);
}

function unshelve(alarm: Alarm): Change {
  if (alarm.shelvedUntil === null) throw outOfPlace(`alarm ${alarm.id} is not shelved`);
  return { type: 'unshelved', alarm: unmarked({ ...alarm, shelvedUntil: null }) };
}

function reset(alarm: Alarm): Change {
  const after = moved(alarm, 'reset');
  if (after !== undefined) return { type: 'reset', alarm: after };
  const { id } = alarm;
  if (isActive(alarm)) throw outOfPlace(`alarm ${id} lasts: it can be reset when its condition is over`);
  throw outOfPlace(`alarm ${id} is not taken yet: acknowledge it first`);
}

function refuseShotAtNothing(alarm: Alarm, oneShot: boolean): void {
  if (!oneShot || isActive(alarm)) return;
  throw outOfPlace(
    `the condition of alarm ${alarm.id} is over: a one-shot shelf would have nothing to wait for`,
  );
}

export const outOfPlace = (why: string): HygateError => new HygateError('act-out-of-place', why);

const termsOf = ({ until, oneShot, comment }: ShelfTerms): ShelfTerms => ({ until, oneShot, comment });
