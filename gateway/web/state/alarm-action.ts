import type { Alarm, AlarmAction, AlarmPolicy } from '#model/alarm';
import { HOUR, MINUTE, type Ms } from '#model/time';

export type Action = AlarmAction['type'];

/** What this person may do to the alarm as it stands, the most likely first; nothing when it is over. */
export function actionsOf(alarm: Alarm, user: string): readonly Action[] {
  const { state, shelfAsk, shelvedUntil, rule } = alarm;
  if (state === 'normal') return [];
  const isShelved = shelvedUntil !== null;
  const possible: Readonly<Record<Action, boolean>> = {
    acknowledge: state === 'unacknowledged' || state === 'returned',
    'grant-shelf': shelfAsk !== undefined && shelfAsk.by !== user,
    reset: state === 'latched',
    shelve: !isShelved && shelfAsk === undefined && rule.kind !== 'condition',
    unshelve: isShelved,
    comment: true,
  };
  return ACTIONS.filter((action) => possible[action]);
}

const ACTIONS: readonly Action[] = ['acknowledge', 'grant-shelf', 'reset', 'shelve', 'unshelve', 'comment'];

/** What is done by itself on opening the sheet: never what makes an alarm quiet or loud. */
export const firstAction = (actions: readonly Action[]): Action =>
  actions.find((action) => action !== 'shelve' && action !== 'unshelve') ?? 'comment';

/** Whether shelving only asks a second person. */
export const needsTwo = ({ rule }: Alarm, { twoPersons }: AlarmPolicy): boolean =>
  twoPersons.includes(rule.severity);

const USUAL: readonly Ms[] = [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR];

/** Lengths of time to choose from, up to the longest that is allowed; null is without end. */
export const lengthsUpTo = (longest: Ms | null): readonly (Ms | null)[] => [
  ...USUAL.filter((length) => longest === null || length < longest),
  longest,
];
