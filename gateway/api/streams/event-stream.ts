import type { ServerResponse } from 'node:http';
import type { AlarmEvent } from '#model/alarm';
import type { DeviceState } from '#model/live';
import type { Reading } from '#model/reading';
import { type Ms, SECOND } from '#model/time';

/** A client that has not taken what was written for this long is gone or asleep. */
const STALLED_AFTER: Ms = 20 * SECOND;
/** Between two pings; a page that hears nothing for two of them says that the connection is lost. */
export const PING_EVERY: Ms = 15 * SECOND;

export type DropReason = 'stalled' | 'logged-out' | 'failed';

/**
 * One listening client (https://html.spec.whatwg.org/multipage/server-sent-events.html). News wait here until the
 * socket takes them, only the newest of each point, alarm and device, so that a slow client costs bounded memory.
 */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #stillAllowed: () => boolean;
  readonly #readings = new Map<string, Reading>();
  readonly #alarms = new Map<string, AlarmEvent>();
  readonly #devices = new Map<string, DeviceState>();
  #blockedSince: Ms | null = null;
  #pingedAt: Ms;

  constructor({
    response,
    stillAllowed,
    now,
  }: { response: ServerResponse; stillAllowed: () => boolean; now: Ms }) {
    this.#response = response;
    this.#stillAllowed = stillAllowed;
    this.#pingedAt = now;
  }

  readings(readings: readonly Reading[]): void {
    for (const reading of readings) this.#readings.set(reading.point, reading);
  }

  alarm(event: AlarmEvent): void {
    this.#alarms.set(event.alarm.id, event);
  }

  devices(states: readonly DeviceState[]): void {
    for (const state of states) this.#devices.set(state.device, state);
  }

  /** Writes what waits, if the socket takes it. Answers why the client has to be dropped, if it has. */
  flush(now: Ms, wall: number): DropReason | undefined {
    if (this.#response.writableNeedDrain) {
      this.#blockedSince ??= now;
      return now - this.#blockedSince >= STALLED_AFTER ? 'stalled' : undefined;
    }
    this.#blockedSince = null;
    if (now - this.#pingedAt >= PING_EVERY) {
      if (!this.#stillAllowed()) return 'logged-out';
      this.#pingedAt = now;
      this.send('ping', { now: wall });
    }
    this.#sendWaiting('readings', this.#readings);
    this.#sendWaiting('alarms', this.#alarms);
    this.#sendWaiting('devices', this.#devices);
    return undefined;
  }

  send(event: string, data: unknown): void {
    this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  end(): void {
    this.#response.end();
  }

  /** Cuts the connection and forgets what was buffered. */
  drop(): void {
    this.#response.destroy();
  }

  #sendWaiting(event: string, waiting: Map<string, unknown>): void {
    if (waiting.size === 0) return;
    this.send(event, [...waiting.values()]);
    waiting.clear();
  }
}
