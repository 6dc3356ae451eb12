import { readFileSync } from 'node:fs';
import type { JournalEvent } from '#model/journal';
import type { GapCause } from '#model/outage';
import type { Restored } from './restored-note.ts';

/** Which boot of the machine and which run of the program it is: what tells a dead program from a power cut. */
export interface RunIdentity {
  /** Null where the system does not say. */
  readonly boot: string | null;
  /** New with each start of the program. */
  readonly run: string;
}

/** The events by which a run begins and ends. */
export const RUN_TYPES = ['gateway-started', 'gateway-stopped'] as const;

/**
 * What a `gateway-started` event says of this run, and of how the one before ended (`before`; null: there was none).
 * `restored`: the folder is a backup that was put back, and this is the first run on it.
 */
export function describeStart(
  last: JournalEvent | null,
  now: RunIdentity,
  restored: Restored | null,
): JournalEvent['data'] {
  if (restored !== null && !isTold(restored, last)) return { ...now, before: 'restored', restored };
  return { ...now, before: last === null ? null : endOf(last, now) };
}

/** A run that was killed before it could take the note away. */
const isTold = ({ at }: Restored, last: JournalEvent | null): boolean =>
  (last?.data['restored'] as Partial<Restored> | undefined)?.at === at;

function endOf({ type, data }: JournalEvent, now: RunIdentity): GapCause {
  if (type === 'gateway-stopped') return 'gateway-stopped';
  // The same program: its writing thread died, and began again.
  if (data['run'] === now.run) return 'disk';
  const rebooted = typeof data['boot'] === 'string' && now.boot !== null && data['boot'] !== now.boot;
  return rebooted ? 'power-lost' : 'gateway-died';
}

/** Linux, random(4): another one after each boot, the same inside every container of the machine. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    // Another system: then nobody can tell, and `gateway-died` is what is said.
    return null;
  }
}
