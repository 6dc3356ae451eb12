import type { News } from '#model/channel';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';

/*
 * What one person is told at once, and what gathers into one message with a list. Pure. The first of a kind is told at
 * once; what follows in the same place gathers for a moment; in a flood everything gathers. What is critical is told
 * at once in any case.
 */

/** Ours: what one fault sets off comes within a few polls. */
const GROUP_WINDOW: Ms = 30 * SECOND;
/** ISA-18.2: a flood is more than 10 alarms in 10 minutes for one person (a secondary source, exida.com). */
const FLOOD_WINDOW: Ms = 10 * MINUTE;
const FLOOD_BEGINS = 10;
/** It is over with fewer than 5 in 10 minutes; as we remember the standard. */
const FLOOD_ENDS = 5;
/** Ours: a list this often can still be read and acted upon. */
const FLOOD_DIGEST: Ms = 5 * MINUTE;
/** Ours: how often the count of a chattering alarm is told. */
const CHATTER_DIGEST: Ms = 30 * MINUTE;

export type WhyGathered = 'group' | 'flood' | 'chatter';

/** Something to be said of one alarm. */
export interface Notice {
  /** Its id. */
  readonly alarm: string;
  readonly news: News;
  readonly key: string;
  readonly at: EpochMs;
}

/** A notice that gathers in somebody's inbox. */
export interface Waiting extends Notice {
  readonly list: ListName;
}

/** What gathers goes out in one of two lists: counts of what comes and goes wait among themselves. */
export type ListName = 'news' | 'chatter';
export const LISTS: readonly ListName[] = ['news', 'chatter'];

/** What is kept of a person, besides what waits. */
export interface Inbox {
  /** When something was last said of an alarm that lasts; also what gathered. No more of them than begin a flood. */
  readonly recent: readonly EpochMs[];
  readonly flooded: boolean;
  /** Group → until when what follows gathers. */
  readonly groups: Readonly<Record<string, EpochMs>>;
  /** When a list goes out, all of it; left out while nothing waits in it. */
  readonly due: Readonly<Partial<Record<ListName, EpochMs>>>;
  /** Digests so far: numbers them. */
  readonly digests: number;
}

export const EMPTY_INBOX: Inbox = { recent: [], flooded: false, groups: {}, due: {}, digests: 0 };

/** What the notice is like, for deciding whether it may wait. */
export interface Manner {
  /** Told at once, flood or not. */
  readonly urgent: boolean;
  /** The alarm comes and goes, and its person has heard so. */
  readonly chattering: boolean;
  /** What belongs together: the same news, kind and place. */
  readonly group: string;
}

/** The inbox after the notice; `hold` is null when it is to be told at once. */
export function receive(
  before: Inbox,
  notice: Notice,
  manner: Manner,
): { readonly inbox: Inbox; readonly hold: Hold | null } {
  const inbox = counted(before, notice);
  const hold = holdOf(inbox, notice.at, manner);
  if (hold === null) {
    const groups = { ...inbox.groups, [manner.group]: notice.at + GROUP_WINDOW };
    return { inbox: { ...inbox, groups }, hold };
  }
  const due = Math.min(hold.until, inbox.due[hold.list] ?? hold.until);
  return { inbox: { ...inbox, due: { ...inbox.due, [hold.list]: due } }, hold };
}

/** After the clock was set back: nothing waits for longer than it may. Changes nothing else. */
export function setBack(inbox: Inbox, now: EpochMs): Inbox {
  const longest = { news: FLOOD_DIGEST, chatter: CHATTER_DIGEST };
  const dues = LISTS.flatMap((list) => {
    const at = inbox.due[list];
    return at === undefined ? [] : [[list, Math.min(at, now + longest[list])] as const];
  });
  const groups = Object.entries(inbox.groups).filter(([, until]) => until <= now + GROUP_WINDOW);
  const recent = inbox.recent.filter((at) => at <= now);
  return { ...inbox, recent, groups: Object.fromEntries(groups), due: Object.fromEntries(dues) };
}

/** After the list has gone out. */
export function emptied(inbox: Inbox, list: ListName, now: EpochMs): Inbox {
  const { [list]: _gone, ...due } = inbox.due;
  return aged({ ...inbox, due }, now);
}

/** As it stands at that moment: what is past is left out. */
function aged(inbox: Inbox, now: EpochMs): Inbox {
  const recent = inbox.recent.filter((at) => at > now - FLOOD_WINDOW).slice(-FLOOD_BEGINS - 1);
  const flooded = inbox.flooded ? recent.length >= FLOOD_ENDS : recent.length > FLOOD_BEGINS;
  const groups = Object.fromEntries(Object.entries(inbox.groups).filter(([, until]) => until > now));
  return { ...inbox, recent, flooded, groups };
}

function counted(inbox: Inbox, { news, at }: Notice): Inbox {
  if (news === 'cleared') return aged(inbox, at);
  return aged({ ...inbox, recent: [...inbox.recent, at] }, at);
}

/** Why something waits, in which list, and until when at the latest. */
export interface Hold {
  readonly why: WhyGathered;
  readonly list: ListName;
  readonly until: EpochMs;
}

/** Null when it does not wait. */
function holdOf({ flooded, groups }: Inbox, at: EpochMs, manner: Manner): Hold | null {
  const { urgent, chattering, group } = manner;
  const groupEnds = groups[group] ?? at;
  if (chattering) return { why: 'chatter', list: 'chatter', until: at + CHATTER_DIGEST };
  if (urgent) return null;
  if (groupEnds > at) return { why: 'group', list: 'news', until: groupEnds };
  return flooded ? { why: 'flood', list: 'news', until: at + FLOOD_DIGEST } : null;
}
