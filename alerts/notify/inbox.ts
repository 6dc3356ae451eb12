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

export interface Waiting extends Notice {
  readonly why: WhyGathered;
  readonly due: EpochMs;
}

/** What is kept of a person. */
export interface Inbox {
  /** When something was said of an alarm that lasts, within the window of a flood; also what gathered. */
  readonly recent: readonly EpochMs[];
  readonly flooded: boolean;
  /** Group → until when what follows gathers. */
  readonly groups: Readonly<Record<string, EpochMs>>;
  readonly waiting: readonly Waiting[];
  /** Digests so far: numbers them. */
  readonly digests: number;
}

export const EMPTY_INBOX: Inbox = { recent: [], flooded: false, groups: {}, waiting: [], digests: 0 };

/** What the notice is like, for deciding whether it may wait. */
export interface Manner {
  /** Told at once, flood or not. */
  readonly urgent: boolean;
  /** The alarm comes and goes, and its person has heard so. */
  readonly chattering: boolean;
  /** What belongs together: the same news, kind and place. */
  readonly group: string;
}

/** The inbox after the notice; `gathered` is null when it is to be told at once. */
export function receive(
  before: Inbox,
  notice: Notice,
  manner: Manner,
): { readonly inbox: Inbox; readonly gathered: WhyGathered | null } {
  const inbox = counted(before, notice);
  const hold = holdOf(inbox, notice.at, manner);
  if (hold === null) {
    const groups = { ...inbox.groups, [manner.group]: notice.at + GROUP_WINDOW };
    return { inbox: { ...inbox, groups }, gathered: null };
  }
  return { inbox: { ...inbox, waiting: [...inbox.waiting, { ...notice, ...hold }] }, gathered: hold.why };
}

/** As it stands at that moment: what is past is left out. */
export function aged(inbox: Inbox, now: EpochMs): Inbox {
  const recent = inbox.recent.filter((at) => at > now - FLOOD_WINDOW);
  const flooded = inbox.flooded ? recent.length >= FLOOD_ENDS : recent.length > FLOOD_BEGINS;
  const groups = Object.fromEntries(Object.entries(inbox.groups).filter(([, until]) => until > now));
  return { ...inbox, recent, flooded, groups };
}

function counted(inbox: Inbox, { news, at }: Notice): Inbox {
  if (news === 'cleared') return aged(inbox, at);
  return aged({ ...inbox, recent: [...inbox.recent, at] }, at);
}

type Hold = Pick<Waiting, 'why' | 'due'>;

/** Why it waits and how long; null when it does not. */
function holdOf({ waiting, flooded, groups }: Inbox, at: EpochMs, manner: Manner): Hold | null {
  const { urgent, chattering, group } = manner;
  const until = groups[group];
  if (chattering) return joined(waiting, { why: 'chatter', due: at + CHATTER_DIGEST });
  if (urgent) return null;
  if (until !== undefined && until > at) return joined(waiting, { why: 'group', due: until });
  return flooded ? joined(waiting, { why: 'flood', due: at + FLOOD_DIGEST }) : null;
}

/** Goes with what waits already; the counts of chattering alarms wait among themselves. */
function joined(waiting: readonly Waiting[], { why, due }: Hold): Hold {
  const mates = waiting.filter((each) => (each.why === 'chatter') === (why === 'chatter'));
  return { why, due: Math.min(due, ...mates.map((each) => each.due)) };
}

/** Takes out what is to be told now. */
export function takeDue(
  inbox: Inbox,
  isDue: (waiting: Waiting) => boolean,
): { readonly inbox: Inbox; readonly due: readonly Waiting[] } {
  const due = inbox.waiting.filter(isDue);
  if (due.length === 0) return { inbox, due };
  return { inbox: { ...inbox, waiting: inbox.waiting.filter((each) => !due.includes(each)) }, due };
}

/** Without what waits of an alarm and of these news. */
export function dropped(inbox: Inbox, alarm: string, news: readonly News[]): Inbox {
  const waiting = inbox.waiting.filter((each) => each.alarm !== alarm || !news.includes(each.news));
  return waiting.length === inbox.waiting.length ? inbox : { ...inbox, waiting };
}
