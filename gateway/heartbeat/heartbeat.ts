import type { ReportCondition } from '#model/condition';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import type { Heartbeat as HeartbeatSite } from '#model/site';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { httpWay } from './http-way.ts';
import { mqttWay } from './mqtt-way.ts';
import { type PulseSources, takePulse } from './pulse.ts';
import type { Way } from './way.ts';

/** A beat that has not arrived by then is lost; the next one follows. */
const WITHIN: Ms = 10 * SECOND;
/** One lost beat is the network's; so many in a row are told. */
const LOST_BEATS = 5;

export interface HeartbeatOptions extends Omit<PulseSources, 'site' | 'startedAt'> {
  readonly site: string;
  readonly heartbeat: HeartbeatSite;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly report: ReportCondition;
}

/**
 * A sign of life to somewhere else, where its absence is noticed: nothing inside a gateway can tell that it is dead.
 * It is sent from the thread that judges alarms, so one that hangs is silent.
 */
export class Heartbeat implements Part {
  readonly name = 'heartbeat';
  readonly #options: HeartbeatOptions;
  readonly #ways: readonly Way[];
  /** Lost beats in a row, by way. */
  readonly #lost = new Map<string, number>();
  #startedAt = 0;
  #abort = new AbortController();
  #beating: Promise<unknown> = Promise.resolve();
  #timer: Timer | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    const { url, mqtt } = options.heartbeat;
    this.#ways = [...(url === null ? [] : [httpWay(url)]), ...(mqtt === null ? [] : [mqttWay(mqtt)])];
  }

  async start(): Promise<void> {
    this.#startedAt = this.#options.clock.wall();
    this.#abort = new AbortController();
    this.#beat();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    this.#timer?.cancel();
    await this.#beating;
  }

  #beat(): void {
    const { clock, heartbeat } = this.#options;
    const body = JSON.stringify(takePulse({ ...this.#options, startedAt: this.#startedAt }, clock.wall()));
    const before = this.#beating;
    this.#beating = Promise.all([before, ...this.#ways.map((way) => this.#send(way, body))]);
    this.#timer = clock.after(heartbeat.every, () => this.#beat());
  }

  async #send(way: Way, body: string): Promise<void> {
    const { clock, meter } = this.#options;
    const late = new AbortController();
    const timer = clock.after(WITHIN, () => late.abort(new Error(`no answer within ${WITHIN} ms`)));
    try {
      await way.send(body, AbortSignal.any([late.signal, this.#abort.signal]));
      meter.count('hygate_heartbeats_total', { way: way.name, result: 'arrived' });
      this.#note(way, 0);
    } catch (err) {
      if (this.#abort.signal.aborted) return;
      meter.count('hygate_heartbeats_total', { way: way.name, result: 'lost' });
      this.#options.log.warn({ err, way: way.name }, 'a heartbeat did not arrive');
      this.#note(way, (this.#lost.get(way.name) ?? 0) + 1);
    } finally {
      timer.cancel();
    }
  }

  #note(way: Way, lost: number): void {
    this.#lost.set(way.name, lost);
    const holds = [...this.#lost.values()].some((count) => count >= LOST_BEATS);
    this.#options.report('heartbeat-refused', holds);
  }
}
