import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { type Ms, SECOND } from '#model/time';

/** Debian's libfaketime, of the package `faketime`. */
const LIBRARIES = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
);

/**
 * The wall clock of a process of its own, set while it runs; its monotonic clock goes on as it is, as that of a machine
 * does. Neither the machine's clock nor the program is touched.
 */
export class FakeTime {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** For the process. Throws when the library is not there. */
  get env(): NodeJS.ProcessEnv {
    const library = LIBRARIES.find(existsSync);
    if (library === undefined)
      throw new Error('libfaketime is not on this machine: apt-get install faketime');
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      // Read anew each time, so that a step is one.
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Ahead of the real clock by so much from now on. */
  set(offset: Ms): void {
    const whole = `${this.#file}.new`;
    writeFileSync(whole, `${offset < 0 ? '-' : '+'}${Math.abs(offset) / SECOND}\n`);
    renameSync(whole, this.#file);
  }
}
