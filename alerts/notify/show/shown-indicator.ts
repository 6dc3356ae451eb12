import { DeliveryError, type OpenIndicator, type Scene } from '#model/channel';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { backoff } from '../../../gateway/runtime/backoff.ts';

/** One conversation with a module takes less; a channel that hangs is left behind. */
const SHOW_WITHIN: Ms = 10 * SECOND;
const FIRST_REST: Ms = SECOND;
/** After so many failures in a row it is said that it is dark. */
const DARK_AFTER = 3;

export interface ShownIndicatorOptions {
  readonly name: string;
  readonly indicator: OpenIndicator;
  readonly refresh: Ms;
  readonly scene: () => Scene;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** It went dark, or shows again. */
  readonly onChange: () => void;
}

/** Keeps one indicator showing the scene of the moment: with every change, with each refresh, and again when it failed. */
export class ShownIndicator {
  readonly #options: ShownIndicatorOptions;
  #abort = new AbortController();
  #showing: Promise<void> = Promise.resolve();
  #failures = 0;
  #trouble: string | null = null;
  #scene: Scene | null = null;
  #wake: () => void = () => undefined;
  #changed = false;

  constructor(options: ShownIndicatorOptions) {
    this.#options = options;
  }

  /** What it showed last. */
  get scene(): Scene | null {
    return this.#scene;
  }

  /** Why the last try failed; null when it did not. */
  get trouble(): string | null {
    return this.#trouble;
  }

  get isDark(): boolean {
    return this.#failures >= DARK_AFTER;
  }

  start(): void {
    this.#abort = new AbortController();
    this.#showing = this.#showOn(this.#abort.signal);
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error('the gateway stops'));
    this.#wake();
    await this.#showing;
    await this.#options.indicator.close();
  }

  /** The scene may have changed. One that does not answer is not asked sooner for it. */
  look(): void {
    this.#changed = true;
    if (this.#failures === 0) this.#wake();
  }

  /** Everything on for that long. Rejects with a DeliveryError. */
  async test(length: Ms): Promise<void> {
    await this.#options.indicator.test(length, this.#abort.signal).catch((error: unknown) => {
      throw asDeliveryError(error);
    });
  }

  async #showOn(signal: AbortSignal): Promise<void> {
    const { refresh } = this.#options;
    while (!signal.aborted) {
      this.#changed = false;
      await this.#show(signal);
      const rest = { first: FIRST_REST, longest: refresh, random: Math.random };
      await this.#rest(this.#failures === 0 ? refresh : backoff(this.#failures - 1, rest));
    }
  }

  async #show(signal: AbortSignal): Promise<void> {
    const { indicator, scene, clock, meter, name } = this.#options;
    const now = scene();
    const late = new AbortController();
    const timer = clock.after(SHOW_WITHIN, () => late.abort(tooLate()));
    try {
      const both = AbortSignal.any([signal, late.signal]);
      await Promise.race([indicator.show(now, both), whenAborted(both)]);
      this.#settle(null);
      this.#scene = now;
    } catch (error) {
      if (!signal.aborted) this.#settle(asDeliveryError(error));
    } finally {
      timer.cancel();
    }
    meter.gauge('hygate_indicator_up', this.#failures === 0 ? 1 : 0, { indicator: name });
  }

  #settle(error: DeliveryError | null): void {
    const { meter, log, name, onChange } = this.#options;
    const before = this.isDark;
    this.#failures = error === null ? 0 : this.#failures + 1;
    this.#trouble = error?.message ?? null;
    if (error !== null) {
      meter.count('hygate_indicator_failures_total', { indicator: name, reason: error.failure });
      // Once, not every five seconds for a weekend.
      if (this.#failures === 1)
        log.warn({ indicator: name, answer: error.message }, 'an indicator does not show alarms');
    }
    if (this.isDark !== before) onChange();
  }

  #rest(length: Ms): Promise<void> {
    // Something changed while it was shown.
    if (this.#abort.signal.aborted || (this.#changed && this.#failures === 0)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer: Timer = this.#options.clock.after(length, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}

const tooLate = () => new DeliveryError('timeout', true, `not shown within ${SHOW_WITHIN} ms`);

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** An indicator that fails in a way of its own is one that does not show. */
function asDeliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError('unreachable', true, error instanceof Error ? error.message : String(error));
}
