import type { DeliveryError } from '#model/channel';
import { MINUTE, type Ms } from '#model/time';

/** Called when a channel falls silent (true), and when it works, also for the first time (false). */
export type OnChannel = (channel: string, silent: boolean) => void;

const FAILURES = 3;
/** A network that is away for some minutes heals by itself; the messages go by other channels meanwhile. */
const SILENT_AFTER: Ms = 10 * MINUTE;

interface Failing {
  readonly failures: number;
  readonly since: Ms;
}

/**
 * Notices a channel that reaches nobody. Failures that are about one message or one person do not speak against it.
 * Times are monotonic.
 */
export class ChannelHealth {
  readonly #onChange: OnChannel;
  readonly #failing = new Map<string, Failing>();
  readonly #known = new Map<string, boolean>();

  constructor(onChange: OnChannel) {
    this.#onChange = onChange;
  }

  worked(channel: string): void {
    this.#failing.delete(channel);
    this.#tell(channel, false);
  }

  failed(channel: string, { failure, retry }: DeliveryError, now: Ms): void {
    if (!retry && failure !== 'misconfigured') return;
    const { failures, since } = this.#failing.get(channel) ?? { failures: 0, since: now };
    this.#failing.set(channel, { failures: failures + 1, since });
    // What is set up wrongly does not heal: three times is enough to know that it was not a moment's.
    const isLong = failure === 'misconfigured' || now - since >= SILENT_AFTER;
    if (failures + 1 >= FAILURES && isLong) this.#tell(channel, true);
  }

  /** It could not even be opened. */
  broken(channel: string): void {
    this.#tell(channel, true);
  }

  #tell(channel: string, silent: boolean): void {
    if (this.#known.get(channel) === silent) return;
    this.#known.set(channel, silent);
    this.#onChange(channel, silent);
  }
}
