import type { OpenIndicator, Scene } from '#model/channel';
import { type Clock, type EpochMs, type Ms, SECOND } from '#model/time';
import { placeOf } from './address.ts';
import { coilsOf, rank, type Wiring } from './lamps.ts';
import { Relays } from './relays.ts';

const LEAVE_WITHIN: Ms = 2 * SECOND;

export interface BeaconOptions extends Wiring {
  readonly connect: string;
  readonly beat: 'hold' | 'toggle';
}

/** The horn is silent until then (monotonic), unless something worse than this comes. */
interface Mute {
  readonly until: Ms;
  readonly rank: number;
}

const DARK: Scene = { unacknowledged: null, active: null };

/** Lamps and a horn behind a relay module. One conversation at a time; each writes every output anew. */
export class Beacon implements OpenIndicator {
  readonly #options: BeaconOptions;
  readonly #clock: Clock;
  readonly #relays: Relays;
  #scene: Scene | undefined;
  #mute: Mute | undefined;
  #testing = 0;
  #beat = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: BeaconOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#relays = new Relays(placeOf(options.connect), clock);
  }

  async show(scene: Scene, signal: AbortSignal): Promise<void> {
    this.#scene = scene;
    await this.#write(true, signal);
  }

  async test(length: Ms, signal: AbortSignal): Promise<void> {
    this.#testing++;
    try {
      await this.#write(true, signal);
      await this.#clock.sleep(length, signal);
    } finally {
      this.#testing--;
    }
    await this.#write(true, signal);
  }

  mute(until: EpochMs): void {
    const length = until - this.#clock.wall();
    // Kept by the clock that cannot step: setting the wall clock must not silence a horn for hours.
    this.#mute = { until: this.#clock.monotonic() + length, rank: rank(this.#scene?.unacknowledged ?? null) };
  }

  /** Lamps and horn stay as they are, but nobody watches any more. A module out of reach has its own watchdog. */
  async close(): Promise<void> {
    if (this.#scene !== undefined && this.#options.healthy !== undefined) {
      const late = new AbortController();
      const timer = this.#clock.after(LEAVE_WITHIN, () =>
        late.abort(new Error('the module is out of reach')),
      );
      await this.#write(false, late.signal).catch(() => undefined);
      timer.cancel();
    }
    this.#relays.close();
  }

  #write(watching: boolean, signal: AbortSignal): Promise<void> {
    const writing = this.#last.then(() => {
      this.#beat = !this.#beat;
      const show = { scene: this.#scene ?? DARK, muted: this.#isMuted(), testing: this.#testing > 0 };
      const healthy = watching && (this.#options.beat === 'hold' || this.#beat);
      return this.#relays.write(coilsOf(this.#options, { ...show, healthy }), signal);
    });
    this.#last = writing.catch(() => undefined);
    return writing;
  }

  #isMuted(): boolean {
    if (this.#mute === undefined) return false;
    const over = this.#clock.monotonic() >= this.#mute.until;
    if (over || rank(this.#scene?.unacknowledged ?? null) > this.#mute.rank) this.#mute = undefined;
    return this.#mute !== undefined;
  }
}
