import type { Log } from '#model/log';
import type { Part } from '#model/part';

/** Starts parts in order and stops them in reverse. When one cannot start, those before it are stopped again. */
export class Parts implements Part {
  readonly name = 'parts';
  readonly #parts: readonly Part[];
  readonly #log: Log;
  #started: Part[] = [];

  constructor(parts: readonly Part[], log: Log) {
    this.#parts = parts;
    this.#log = log;
  }

  async start(): Promise<void> {
    for (const part of this.#parts) {
      this.#started.push(part);
      try {
        await part.start();
        this.#log.debug({ part: part.name }, 'a part serves');
      } catch (error) {
        await this.stop();
        throw error;
      }
    }
  }

  async stop(): Promise<void> {
    for (const part of this.#started.splice(0).reverse()) {
      try {
        await part.stop();
      } catch (error) {
        this.#log.error({ part: part.name, err: error }, 'a part did not stop cleanly');
      }
    }
  }
}
