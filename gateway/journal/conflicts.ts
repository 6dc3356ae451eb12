import type { JournalEvent } from '#model/journal';
import type { Reading } from '#model/reading';
import { setAsideEvents } from '#model/set-aside';
import type { EpochMs } from '#model/time';
import { readingOf } from './mark.ts';
import type { Sampled } from './open-hours.ts';

/**
 * The readings of one batch whose place is taken by another value. They become events of the same commit, so that
 * what is acknowledged is on disk, whatever it says.
 */
export class Conflicts {
  readonly #readings: Reading[] = [];

  get count(): number {
    return this.#readings.length;
  }

  add(point: string, { at, value, mark }: Sampled): void {
    this.#readings.push(readingOf(point, at, value, mark));
  }

  events(arrived: EpochMs): JournalEvent[] {
    return setAsideEvents({ why: 'conflict', readings: this.#readings }, arrived, null);
  }
}
