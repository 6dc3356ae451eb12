import type { Line } from '#model/site';
import { type Clock, type Ms, SECOND } from '#model/time';

/** The silence between two frames on a wire. */
export class Rest {
  readonly #line: Line;
  readonly #clock: Clock;
  #from: Ms = Number.NEGATIVE_INFINITY;

  constructor(line: Line, clock: Clock) {
    this.#line = line;
    this.#clock = clock;
  }

  /** A question has been answered, or given up. */
  begin(): void {
    this.#from = this.#clock.monotonic();
  }

  /** Resolves when the wire has rested for as long as its frames need, and for `pause`, which a device may want. */
  async over(pause: Ms): Promise<void> {
    const wait = this.#from + Math.max(pause, this.#frameGap) - this.#clock.monotonic();
    if (wait <= 0) return;
    await this.#clock.sleep(Math.ceil(wait));
    // Another turn of the event loop: if the other end has closed after its answer, that is known now.
    await this.#clock.sleep(0);
  }

  /** 3.5 characters of 11 bits, 1.75 ms above 19,200 baud (MODBUS over Serial Line V1.02, clause 2.5.1.1). */
  get #frameGap(): Ms {
    if (this.#line.kind === 'tcp') return 0;
    return this.#line.kind === 'rtu' ? Math.max(1.75, (3.5 * 11 * SECOND) / this.#line.baud) : 1.75;
  }
}
