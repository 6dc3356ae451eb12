import { type Ms, SECOND } from '#model/time';

/** When a device is read, on the monotonic clock. */
export interface Schedule {
  readonly every: Ms;
  /** The next read. */
  readonly due: Ms;
}

/** The golden ratio's fraction: multiples of it, without their whole part, spread evenly however many there are. */
const SPREAD = 0.618_033_988_749_895;

const shareOf = (index: number): number => (index * SPREAD) % 1;

/**
 * Devices that are read together. What they bring shares a commit, and a commit of five readings wears the disk as much
 * as one of a hundred. More do not ask at once: the groups lie evenly over the period.
 */
const GROUP = 64;

/** A device among those of its poller. */
export interface Place {
  readonly index: number;
  readonly of: number;
}

/** The very first read comes within a second, at whatever period: nobody waits an hour to see a device live. */
export const firstRead = ({ index }: Place, every: Ms, now: Ms): Ms =>
  now + shareOf(index) * Math.min(every, SECOND);

/**
 * The second read: from then on each device keeps its place in the period. Periods are counted from the clock's zero, so
 * that groups of different periods fall together where they can.
 */
export function secondRead(place: Place, every: Ms, now: Ms): Schedule {
  const groups = Math.ceil(place.of / GROUP);
  const offset = (Math.floor(shareOf(place.index) * groups) / groups) * every;
  const periods = Math.floor((firstRead(place, every, now) - offset) / every) + 1;
  return { every, due: offset + periods * every };
}

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
