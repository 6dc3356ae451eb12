import type { AlarmEvent } from '#model/alarm';
import type { Clock } from '#model/time';
import type { Topics } from '#model/topic';
import type { Outgoing } from './live-topics.ts';

const NOTHING = Buffer.alloc(0);

export interface AnnouncementsOptions {
  readonly topics: Topics;
  readonly clock: Clock;
  /** Resolves when every subscriber was written to. */
  readonly send: (message: Outgoing, retain: boolean) => Promise<void>;
}

/** What the gateway tells of itself: its status, its alarms, and the journal's newest signed root. Retained. */
export class Announcements {
  readonly #options: AnnouncementsOptions;
  #alarms: Promise<void> = Promise.resolve();
  #root: Buffer | undefined;
  #online = false;

  constructor(options: AnnouncementsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#online = true;
    await this.#tellStatus('online');
    await this.#tellRoot();
  }

  /** Resolves when all that was to be told has been. */
  async stop(): Promise<void> {
    this.#online = false;
    await this.#alarms;
    await this.#tellStatus('offline');
  }

  /** What became of an alarm, one after the other. Its topic is retained until the alarm is over, then cleared. */
  alarm(event: AlarmEvent): void {
    this.#alarms = this.#alarms.then(() => this.#tellAlarm(event));
  }

  /** Who keeps it elsewhere can prove what stood here. One that comes before the start is told at the start. */
  root(root: object): void {
    this.#root = Buffer.from(JSON.stringify(root));
    if (this.#online) void this.#tellRoot();
  }

  #tellStatus(state: 'online' | 'offline'): Promise<void> {
    const { topics, clock, send } = this.#options;
    const payload = JSON.stringify({ state, at: clock.wall() });
    return send({ topic: topics.status, payload: Buffer.from(payload) }, true);
  }

  async #tellRoot(): Promise<void> {
    const { topics, send } = this.#options;
    if (this.#root !== undefined) await send({ topic: topics.signedRoot, payload: this.#root }, true);
  }

  async #tellAlarm(event: AlarmEvent): Promise<void> {
    const { topics, send } = this.#options;
    const topic = topics.alarm(event.alarm.id);
    const over = event.alarm.state === 'normal';
    await send({ topic, payload: Buffer.from(JSON.stringify(event)) }, !over);
    if (over) await send({ topic, payload: NOTHING }, true);
  }
}
