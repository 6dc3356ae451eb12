import type { Live } from '#model/live';
import type { PointId } from '#model/point';
import { quantities } from '#model/quantity';
import type { Reading } from '#model/reading';
import type { Site, SitePoint } from '#model/site';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import type { Topics } from '#model/topic';
import { topicMatch } from './topic-filter.ts';

/** A point is told at most so often: a screen cannot show more, and a burst must not flood it. */
const SPACING: Ms = SECOND;
const TICK: Ms = 50;
/** At most this many topics in one tick, 5,000 a second: what is told must never starve the door. */
const PER_TICK = 250;
/** Topics on their way to slow subscribers; below the broker's concurrency, so that others still pass. */
const MAX_IN_FLIGHT = 400;

/** One message on its way out. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: Buffer;
}

export interface LiveTopicsOptions {
  readonly site: Site;
  readonly topics: Topics;
  readonly live: Live;
  readonly clock: Clock;
  /** Resolves when all subscribers were written to. */
  readonly send: (message: Outgoing) => Promise<void>;
}

interface LiveTopic {
  readonly point: PointId;
  readonly topic: string;
  readonly levels: readonly string[];
  readonly unit: string;
  /** On the monotonic clock. */
  sentAt: Ms;
}

/** `hygate/<site>/now/…`: told as they change to who listens, and made from the live readings for who comes. */
export class LiveTopics {
  readonly #options: LiveTopicsOptions;
  readonly #topics: ReadonlyMap<PointId, LiveTopic>;
  readonly #waiting = new Set<LiveTopic>();
  #audience = 0;
  #inFlight = 0;
  #timer: Timer | undefined;
  #unlisten: (() => void) | undefined;

  constructor(options: LiveTopicsOptions) {
    this.#options = options;
    const points = options.site.devices.flatMap((device) => device.points);
    this.#topics = new Map(points.map((point) => [point.id, liveTopic(point, options.topics)]));
  }

  start(): void {
    this.#unlisten = this.#options.live.onReadings((readings) => this.#note(readings));
  }

  stop(): void {
    this.#unlisten?.();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
  }

  /** How many clients could be listening. Without any, a reading costs nothing here. */
  setAudience(count: number): void {
    this.#audience = count;
  }

  /** The newest of every topic that the filter means: what others would call the retained messages. */
  *retained(filter: string): Generator<Outgoing> {
    const match = topicMatch(filter);
    for (const topic of this.#topics.values()) {
      const message = match(topic.levels) ? this.#message(topic) : undefined;
      if (message !== undefined) yield message;
    }
  }

  #note(readings: readonly Reading[]): void {
    if (this.#audience === 0) return;
    for (const { point } of readings) {
      const topic = this.#topics.get(point);
      if (topic !== undefined) this.#waiting.add(topic);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0) return;
    this.#timer = this.#options.clock.after(TICK, () => {
      this.#timer = undefined;
      this.#tell();
      this.#schedule();
    });
  }

  #tell(): void {
    if (this.#audience === 0) this.#waiting.clear();
    const now = this.#options.clock.monotonic();
    let budget = Math.min(PER_TICK, MAX_IN_FLIGHT - this.#inFlight);
    for (const topic of this.#waiting) {
      if (budget <= 0) return;
      if (now - topic.sentAt < SPACING) continue;
      this.#waiting.delete(topic);
      const message = this.#message(topic);
      if (message === undefined) continue;
      topic.sentAt = now;
      budget -= 1;
      this.#send(message);
    }
  }

  #send(message: Outgoing): void {
    this.#inFlight += 1;
    void this.#options.send(message).finally(() => {
      this.#inFlight -= 1;
    });
  }

  #message({ point, topic, unit }: LiveTopic): Outgoing | undefined {
    const reading = this.#options.live.get(point);
    if (reading === undefined) return undefined;
    const { at, value, quality, reason } = reading;
    const body = quality === 'good' ? { at, value, unit } : { at, value, q: quality, why: reason, unit };
    return { topic, payload: Buffer.from(JSON.stringify(body)) };
  }
}

function liveTopic({ id, quantity }: SitePoint, topics: Topics): LiveTopic {
  const topic = topics.now(id);
  return { point: id, topic, levels: topic.split('/'), unit: quantities[quantity].unit, sentAt: -SPACING };
}
