/** Bytes of a file system: what the gateway's user may still write, and how large it is. */
export interface Room {
  readonly free: number;
  readonly total: number;
}

/** `low`: people are told. `full`: readings are refused, and what is left belongs to events, alarms and log-ins. */
export type Level = 'ample' | 'low' | 'full';

/** The marks of a disk, in bytes; small disks have small ones. */
export interface Marks {
  readonly low: number;
  readonly floor: number;
  /** Size of the ballast. */
  readonly ballast: number;
}

const MIB = 2 ** 20;

/**
 * A hospital of 60 points writes some 10 MB of journal a day (journal/README.md): the floor of 64 MiB holds the events
 * and alarms of weeks, the low mark of 1 GiB is months ahead of it.
 */
export function marksOf(total: number): Marks {
  const floor = Math.min(64 * MIB, total * 0.05);
  return {
    low: Math.min(1024 * MIB, total * 0.1),
    floor,
    ballast: Math.floor(Math.min(16 * MIB, floor / 2)),
  };
}

/** A level is left only when there is a quarter more than its mark: else it would come and go with every file. */
const CLEARLY = 1.25;

/** The level now, from the level before. */
export function levelOf(before: Level, { free, total }: Room): Level {
  const { floor, low } = marksOf(total);
  if (free < (before === 'full' ? floor * CLEARLY : floor)) return 'full';
  return free < (before === 'ample' ? low : low * CLEARLY) ? 'low' : 'ample';
}

/** What to do about the ballast: it is let go when even the reserve is nearly gone, and made again when it fits well. */
export function ballastOrder(there: boolean, { free, total }: Room): 'release' | 'make' | 'leave' {
  const { floor, ballast } = marksOf(total);
  if (there) return free < floor / 8 ? 'release' : 'leave';
  return free - ballast > floor * CLEARLY ? 'make' : 'leave';
}
