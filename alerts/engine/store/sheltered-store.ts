import { existsSync, renameSync } from 'node:fs';
import type { Log } from '#model/log';
import { isDamage, isDiskFailure } from '../../../gateway/runtime/disk-error.ts';
import { AlarmStore } from './store.ts';
import type { Method, StoreState } from './store-calls.ts';

/** Far above what a store ever numbers: deliveries and events of a shelter whose store could not be read. */
const FOREIGN_NUMBERS = 2 ** 40;

export interface ShelteredStoreOptions {
  readonly file: string;
  readonly log: Log;
  readonly onState: (state: StoreState) => void;
}

/**
 * The alarm store with a shelter. When the disk refuses or the file is damaged, it goes on in memory with what could be
 * read, so that people are still told; when the disk is well again, all of it goes back in one transaction. A damaged
 * file is kept beside the new one.
 */
export class ShelteredStore {
  readonly #options: ShelteredStoreOptions;
  #home: AlarmStore | undefined;
  #shelter: AlarmStore | undefined;
  /** It holds all that goes on of the file. */
  #shelterIsWhole = false;
  #state: StoreState = { unsaved: null, damaged: null };

  /** Throws what no shelter helps against: a file of a newer version. */
  constructor(options: ShelteredStoreOptions) {
    this.#options = options;
    try {
      this.#home = this.#open();
    } catch (error) {
      if (!isDiskFailure(error)) throw error;
      this.#leave(error);
    }
  }

  run(method: Method, args: readonly unknown[]): unknown {
    if (this.#shelter === undefined && this.#home !== undefined) {
      try {
        return call(this.#home, method, args);
      } catch (error) {
        if (!isDiskFailure(error) && !isDamage(error)) throw error;
        this.#leave(error);
      }
    }
    return call(this.#shelter, method, args);
  }

  /** To be called now and then: goes home when the disk is well again. */
  retry(): void {
    const shelter = this.#shelter;
    if (shelter === undefined) return;
    try {
      this.#home = this.#open();
      if (this.#shelterIsWhole) this.#home.replace(shelter.everything());
      else this.#home.take(shelter.everything());
    } catch (error) {
      this.#options.log.debug({ err: error }, 'the state of alarms cannot be saved yet');
      this.#closeHome();
      return;
    }
    this.#shelter = undefined;
    shelter.close();
    this.#options.log.warn({}, 'the state of alarms is saved again');
    this.#tell({ unsaved: null });
  }

  close(): void {
    this.retry();
    this.#closeHome();
    this.#shelter?.close();
  }

  #open(): AlarmStore {
    const { file } = this.#options;
    try {
      return new AlarmStore(file);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#setAside(error);
      return new AlarmStore(file);
    }
  }

  #setAside(error: unknown): void {
    const { file, log } = this.#options;
    const damaged = freeName(`${file}.damaged`);
    for (const suffix of ['-wal', '-shm', ''])
      if (existsSync(file + suffix)) renameSync(file + suffix, damaged + suffix);
    log.error(
      { file: damaged, err: error },
      'the file of alarms is damaged: it is kept, and a new one begun',
    );
    this.#tell({ damaged });
  }

  #leave(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    this.#options.log.error({ err: error }, 'the state of alarms cannot be saved; it goes on in memory');
    const shelter = new AlarmStore(':memory:');
    this.#shelterIsWhole = false;
    try {
      if (this.#home === undefined) shelter.numberFrom(FOREIGN_NUMBERS);
      else shelter.take(this.#home.needed());
      this.#shelterIsWhole = this.#home !== undefined;
    } catch (unreadable) {
      this.#options.log.error({ err: unreadable }, 'what waited to be sent cannot be read from the disk');
      shelter.numberFrom(FOREIGN_NUMBERS);
    }
    this.#closeHome();
    this.#shelter = shelter;
    this.#tell({ unsaved: why });
  }

  #closeHome(): void {
    try {
      this.#home?.close();
    } catch (error) {
      this.#options.log.debug({ err: error }, 'the file of alarms did not close cleanly');
    }
    this.#home = undefined;
  }

  #tell(change: Partial<StoreState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onState(this.#state);
  }
}

function call(store: AlarmStore | undefined, method: Method, args: readonly unknown[]): unknown {
  if (store === undefined) throw new Error('the alarm store is closed');
  const run = store[method] as (...args: readonly unknown[]) => unknown;
  return run.apply(store, [...args]);
}

function freeName(wanted: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!existsSync(name)) return name;
  }
}
