import type { Alarm, AlarmEvent } from './alarm.ts';
import type { NewDelivery } from './outbox.ts';
import type { EpochMs } from './time.ts';

/** What is to be told, and what of the telling is to be kept: written in the transaction of the events themselves. */
export interface Announced {
  readonly deliveries: readonly NewDelivery[];
  /** Ids of alarms of which nothing more is said: what waits of them in the outbox is taken out. */
  readonly withdrawn: readonly string[];
  /** Plain data by key; null where nothing is to be kept any more. */
  readonly changed: readonly (readonly [key: string, kept: unknown])[];
}

/**
 * Decides who hears of what and when: routes, rota, escalation, reminders, digests, test calls. Pure: no clock and no
 * effects; the same events and ticks from the same kept state give the same deliveries.
 */
export interface Announcer {
  /** Takes an alarm event: each once, in the order in which they happen. */
  hear(event: AlarmEvent): void;
  /** A person (by id) confirmed that the regular test reached them. */
  confirmTest(person: string): void;
  /** Time passes: escalation, reminders and digests fall due. Called each second, and as often else as one likes. */
  tick(now: EpochMs): void;
  /** Ids of people whose test has gone out and who have not confirmed it, however long ago. */
  owing(): readonly string[];
  /** Ids of people who have not confirmed their test in the time that they have for it. */
  unanswered(now: EpochMs): readonly string[];
  /** Whether there is something that must be written soon. */
  readonly eventful: boolean;
  /** Everything since the last call. */
  drain(): Announced;
}

/**
 * Goes on from what was kept. `open`: alarms that are not over, with whom an earlier version told. `find`: an open
 * alarm as it stands at that moment; its worst value grows without an event.
 */
export type OpenAnnouncer = (
  kept: ReadonlyMap<string, unknown>,
  open: readonly { readonly alarm: Alarm; readonly told: readonly string[] }[],
  find: (id: string) => Alarm | undefined,
) => Announcer;
