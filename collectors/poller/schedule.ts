import { type Ms, SECOND } from '#model/time';

/** When a device is read, on the monotonic clock. */
export interface Schedule {
  readonly every: Ms;
  /** The next read. */
  readonly due: Ms;
}

/** The golden ratio's fraction: multiples of it, without their whole part, spread evenly however many there are. */
const SPREAD = 0.618_033_988_749_895;

/** The share of its period at which the device of this index is read: 1,000 devices do not ask at once. */
const shareOf = (index: number): number => (index * SPREAD) % 1;

/** The very first read comes within a second, at whatever period: nobody waits an hour to see a device live. */
export const firstRead = (index: number, every: Ms, now: Ms): Ms =>
  now + shareOf(index) * Math.min(every, SECOND);

/** The second read: from then on each device keeps its own place in the period. */
export const secondRead = (index: number, every: Ms, now: Ms): Schedule => {
  const place = now + shareOf(index) * every;
  return { every, due: place > firstRead(index, every, now) ? place : place + every };
};

export interface Turn {
  readonly read: boolean;
  /** Reads that were due and do not take place. */
  readonly skipped: number;
  readonly next: Schedule;
}

/**
 * What to do when a read is due. It does not take place while the one before still runs, nor when it comes a whole
 * period late or more (the machine slept, or was too busy): then the device waits for its next place in the period, so
 * that a gateway that wakes up does not ask everything at once. What is missed is not made up for: nothing was
 * measured then, and the journal's gaps show it.
 */
export function turn({ every, due }: Schedule, now: Ms, busy: boolean): Turn {
  const missed = Math.max(0, Math.floor((now - due) / every));
  const read = !busy && missed === 0;
  return { read, skipped: missed + (read ? 0 : 1), next: { every, due: due + (missed + 1) * every } };
}
