import type { OpcuaLink, SiteDevice } from '#model/site';
import type { EpochMs } from '#model/time';
import type { PollResult, PollSource } from '../../source.ts';
import { Attempts } from './attempts.ts';
import { connect, type OpcuaConnection, type OpcuaDeps } from './connection.ts';
import { Down, downOf, within } from './down.ts';
import { readAll } from './reading.ts';
import { plansOf, Sampler } from './sampler.ts';

/** A server that is asked for all points at once. Connects when it is asked and is not connected. */
export class OpcuaPollSource implements PollSource {
  readonly #device: SiteDevice;
  readonly #link: OpcuaLink;
  readonly #deps: OpcuaDeps;
  readonly #sampler: Sampler;
  readonly #attempts: Attempts;
  #connection: OpcuaConnection | undefined;
  #down = new Down('comm-timeout', 'not connected yet');
  #said = '';

  constructor(device: SiteDevice, link: OpcuaLink, deps: OpcuaDeps) {
    this.#device = device;
    this.#link = link;
    this.#deps = deps;
    this.#sampler = new Sampler(plansOf(device));
    this.#attempts = new Attempts(device.every, deps.clock);
  }

  async poll(now: EpochMs, signal: AbortSignal): Promise<PollResult> {
    const { clock } = this.#deps;
    const begun = clock.monotonic();
    try {
      signal.throwIfAborted();
      const connection = await this.#connected(signal);
      const limit = this.#link.timeout;
      const { values, requests } = await within(readAll(connection), {
        clock,
        limit,
        what: 'the read',
        signal,
      });
      this.#said = '';
      const roundTrip = clock.monotonic() - begun;
      return { samples: this.#sampler.poll(values, now), roundTrip, requests, answered: true };
    } catch (error) {
      const down = downOf(error);
      await this.close();
      this.#say(down);
      const roundTrip = clock.monotonic() - begun;
      return { samples: this.#sampler.failed(down.reason, now), roundTrip, requests: 1, answered: false };
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#connection = undefined;
    this.#attempts.ended();
    await connection.close();
  }

  async #connected(signal: AbortSignal): Promise<OpcuaConnection> {
    if (this.#connection !== undefined) return this.#connection;
    if (this.#attempts.wait > 0) throw this.#down;
    const connection = await this.#connect(signal);
    this.#connection = connection;
    void connection.lost.then((down) => {
      if (this.#connection !== connection) return;
      this.#say(down);
      return this.close();
    });
    return connection;
  }

  async #connect(signal: AbortSignal): Promise<OpcuaConnection> {
    this.#attempts.begin();
    try {
      return await connect({ ...this.#deps, link: this.#link, every: this.#device.every, signal });
    } catch (error) {
      this.#attempts.ended();
      throw error;
    }
  }

  /** The reason goes to the log once, not at every poll. */
  #say(down: Down): void {
    this.#down = down;
    if (down.message === this.#said) return;
    this.#said = down.message;
    this.#deps.log.warn({ device: this.#device.id, why: down.message }, 'an OPC UA server cannot be read');
  }
}
