import { Readable } from 'node:stream';
import type { Outgoing } from './live-topics.ts';
import { topicMatch } from './topic-filter.ts';

interface Named {
  readonly id: string;
}

interface Numbered {
  readonly messageId?: number | undefined;
}

/** A packet as Aedes keeps and gives it. */
interface Retained extends Outgoing {
  readonly cmd: 'publish';
  readonly qos: 0;
  readonly retain: true;
  readonly dup: false;
}

const retained = ({ topic, payload }: Outgoing): Retained => ({
  cmd: 'publish',
  topic,
  payload,
  qos: 0,
  retain: true,
  dup: false,
});

/**
 * What the broker remembers, for Aedes: no session, no queue for who is away, no payload. There is nothing that
 * could grow (aedes#1087); what was missed is in the journal and behind the API. Live values are not kept a second
 * time either: a new subscriber is given them out of the live readings.
 */
export class Persistence {
  readonly #live: (filter: string) => Iterable<Outgoing>;
  /** Status and open alarms. */
  readonly #kept = new Map<string, Outgoing>();
  /** QoS 2: identifiers received and not yet released, a client. Aedes caps their number. */
  readonly #received = new Map<string, Set<number | undefined>>();

  constructor(live: (filter: string) => Iterable<Outgoing>) {
    this.#live = live;
  }

  async setup(): Promise<void> {}

  async storeRetained({ topic, payload }: Outgoing): Promise<void> {
    if (payload.length === 0) this.#kept.delete(topic);
    else this.#kept.set(topic, { topic, payload });
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#matching(filters));
  }

  *#matching(filters: readonly string[]): Generator<Retained> {
    for (const filter of filters) {
      const match = topicMatch(filter);
      for (const message of this.#kept.values()) {
        if (match(message.topic.split('/'))) yield retained(message);
      }
      for (const message of this.#live(filter)) yield retained(message);
    }
  }

  // Sessions: every client is a clean one (see Broker), so Aedes has nothing to store or restore.
  async subscriptionsByClient(): Promise<readonly never[]> {
    return [];
  }
  async subscriptionsByTopic(): Promise<readonly never[]> {
    return [];
  }
  async cleanSubscriptions(): Promise<void> {}
  async outgoingEnqueueCombi(): Promise<void> {}
  async outgoingClearMessageId(): Promise<void> {}
  outgoingStream(): Readable {
    return Readable.from([]);
  }

  // Wills: a living broker publishes them out of its memory; none survives it.
  async putWill(): Promise<void> {}
  async delWill(): Promise<void> {}
  streamWill(): Readable {
    return Readable.from([]);
  }

  // QoS 2: the reading is durable before PUBREC; a repeat of the identifier is only answered.
  async incomingStorePacket({ id }: Named, { messageId }: Numbered): Promise<void> {
    const ids = this.#received.get(id) ?? new Set();
    this.#received.set(id, ids.add(messageId));
  }
  async incomingGetPacket({ id }: Named, { messageId }: Numbered): Promise<Numbered> {
    if (!this.#received.get(id)?.has(messageId)) throw new Error('no such packet');
    return { messageId };
  }
  async incomingDelPacket({ id }: Named, { messageId }: Numbered): Promise<void> {
    this.#received.get(id)?.delete(messageId);
  }
  async cleanIncoming({ id }: Named): Promise<void> {
    this.#received.delete(id);
  }
}
