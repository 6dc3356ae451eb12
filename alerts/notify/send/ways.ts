import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DeliveryError,
  type Message,
  type OpenChannel,
  type Pace,
  type Receipt,
  type Sent,
  type Way,
} from '#model/channel';
import type { Log } from '#model/log';
import type { Person, Site } from '#model/site';
import { type Clock, type Ms, SECOND } from '#model/time';
import { reaches } from './choice.ts';
import { veiled } from './veil.ts';

const TRY_WITHIN: Ms = 30 * SECOND;

export interface WaysOptions {
  readonly site: Site;
  readonly channels: ReadonlyMap<string, Way>;
  /** Each channel gets a folder of its own in it. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Longest time of one try; 30 s when left out. */
  readonly tryWithin?: Ms;
  /** A channel that cannot be opened; the others serve all the same. */
  readonly onBroken: (channel: string) => void;
}

/** The channels of the site, open. Whatever one of them does, a call ends in time, by an answer or a DeliveryError. */
export class Ways {
  readonly #options: WaysOptions;
  readonly #open = new Map<string, OpenChannel>();
  #abort = new AbortController();

  constructor(options: WaysOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { site, log, onBroken } = this.#options;
    this.#abort = new AbortController();
    for (const name of Object.keys(site.channels)) {
      try {
        await this.#openOne(name);
      } catch (err) {
        log.error({ err, channel: name }, 'a channel cannot be opened: messages go by the others');
        onBroken(name);
      }
    }
  }

  /** What is running ends at once. */
  abort(): void {
    this.#abort.abort(new Error('the gateway stops'));
  }

  async close(): Promise<void> {
    const { log } = this.#options;
    for (const [channel, way] of this.#open)
      await way.close().catch((err: Error) => log.warn({ err, channel }, 'a channel did not close cleanly'));
    this.#open.clear();
  }

  names(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Those that can reach the person, in the person's order. */
  of(person: string): readonly string[] {
    const found = this.#person(person);
    if (found === undefined) return [];
    return found.channels.filter(
      (name) => this.#open.has(name) && reaches(this.#messenger(name)?.needs ?? [], found),
    );
  }

  pace(name: string): readonly Pace[] {
    return this.#messenger(name)?.pace ?? [];
  }

  send(name: string, id: string, message: Message): Promise<Sent> {
    const sending = this.#within(name, id, (channel, person, signal) =>
      channel.send(message, person, signal),
    );
    return veiled(message, sending);
  }

  /** What became of a message. */
  receipt(name: string, id: string, token: string): Promise<Receipt> {
    return this.#within(name, id, async (channel, person, signal) => {
      if (channel.receipt === undefined)
        throw new DeliveryError('misconfigured', false, 'it tells no receipts');
      return channel.receipt(token, person, signal);
    });
  }

  async #openOne(name: string): Promise<void> {
    const { site, clock, dir } = this.#options;
    const way = this.#way(name);
    if (way === undefined) throw new Error(`there is no channel "${name}": the site file was not checked`);
    if (way.kind !== 'messenger') return;
    const folder = join(dir, name);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#open.set(name, way.open(site.channels[name]?.options, { clock, dir: folder }));
  }

  async #within<T>(name: string, id: string, ask: Ask<T>): Promise<T> {
    const { clock, tryWithin = TRY_WITHIN } = this.#options;
    const person = this.#person(id);
    const channel = this.#open.get(name);
    if (person === undefined || channel === undefined)
      throw new DeliveryError('misconfigured', false, `no channel ${name} or no person ${id}`);
    const timeout = new AbortController();
    const timer = clock.after(tryWithin, () => {
      timeout.abort(new DeliveryError('timeout', true, `no answer within ${tryWithin} ms`));
    });
    const signal = AbortSignal.any([timeout.signal, this.#abort.signal]);
    try {
      return await Promise.race([guarded(() => ask(channel, person, signal)), whenAborted(signal)]);
    } finally {
      timer.cancel();
    }
  }

  #way(name: string): Way | undefined {
    const { site, channels } = this.#options;
    return channels.get(site.channels[name]?.use ?? '');
  }

  #messenger(name: string) {
    const way = this.#way(name);
    return way?.kind === 'messenger' ? way : undefined;
  }

  #person(id: string): Person | undefined {
    return this.#options.site.people.find((person) => person.id === id);
  }
}

type Ask<T> = (channel: OpenChannel, person: Person, signal: AbortSignal) => Promise<T>;

/** A channel throws DeliveryErrors; what else it throws is a mistake of the channel, and may pass. */
async function guarded<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new DeliveryError('unreachable', true, `the channel failed in an unforeseen way: ${why}`);
  }
}

const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
