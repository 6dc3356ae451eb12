import type { Alarm, AlarmEvent, NumberedAlarmEvent } from '#model/alarm';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type {
  Ask,
  Attempt,
  Delivery,
  NewDelivery,
  OpenReceipt,
  Outbox,
  Telling,
  Tellings,
} from '#model/outbox';
import type { Part } from '#model/part';
import type { Clock, EpochMs } from '#model/time';
import { Thread } from '../../../gateway/runtime/thread.ts';
import type { Changes, Stored } from '../changes.ts';
import type { AlarmStore } from './store.ts';
import type { Answer, Call, Method, News, Reply, StoreState } from './store-calls.ts';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export interface StoreClientOptions {
  readonly file: string;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly onState: (state: StoreState) => void;
}

/** The alarm store as the main thread sees it. Calls reject when the thread dies; it comes back by itself. */
export class StoreClient implements Part, Outbox, Tellings {
  readonly name = 'alarm-store';
  readonly #thread: Thread;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<() => void>();
  #calls = 0;
  #up = false;

  constructor({ file, log, meter, clock, onState }: StoreClientOptions) {
    this.#thread = new Thread({
      name: this.name,
      entry: new URL('./store.thread.ts', import.meta.url),
      data: () => ({ file }),
      onMessage: (message) => {
        const said = message as Reply | News;
        if ('state' in said) onState(said.state);
        else this.#settle(said);
      },
      onReady: () => {
        this.#up = true;
      },
      onDeath: (error) => this.#fail(error),
      log,
      meter,
      clock,
    });
  }

  async start(): Promise<void> {
    await this.#thread.start();
  }

  async stop(): Promise<void> {
    await this.#thread.stop();
    this.#fail(new Error('the alarm store has stopped'));
  }

  load = (): Promise<Stored> => this.#call('load');
  history = (from: EpochMs, to: EpochMs, limit: number): Promise<Alarm[]> =>
    this.#call('history', from, to, limit);
  events = (alarm: string): Promise<AlarmEvent[]> => this.#call('events', alarm);
  eventsBetween = (from: EpochMs, to: EpochMs, limit: number): Promise<NumberedAlarmEvent[]> =>
    this.#call('eventsBetween', from, to, limit);
  next = (): Promise<Delivery[]> => this.#call('next');
  sending = (id: number, channel: string): Promise<void> => this.#call('sending', id, channel);
  settle = (id: number, attempt: Attempt): Promise<void> => this.#call('settle', id, attempt);
  receipts = (): Promise<OpenReceipt[]> => this.#call('receipts');
  askAgain = (id: number, ask: Ask): Promise<void> => this.#call('askAgain', id, ask);
  ofAlarm = (alarm: string): Promise<Telling[]> => this.#call('ofAlarm', alarm);
  telling = (id: number): Promise<Telling | null> => this.#call('telling', id);
  answered = (id: number, at: EpochMs): Promise<void> => this.#call('answered', id, at);
  merge = (ids: readonly number[], into: NewDelivery): Promise<void> => this.#call('merge', ids, into);

  async commit(changes: Changes): Promise<void> {
    await this.#call('commit', changes);
    if (changes.announced.deliveries.length > 0) for (const listener of this.#listeners) listener();
  }

  onNew(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #call<M extends Method>(method: M, ...args: Parameters<AlarmStore[M]>): Promise<Answer<M>> {
    if (!this.#up) return Promise.reject(new Error('the alarm store is not running'));
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#thread.post({ id, method, args } satisfies Call);
    });
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(`the alarm store failed: ${reply.error}`));
    else waiting?.resolve(reply.value as never);
  }

  #fail(error: Error): void {
    this.#up = false;
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
  }
}
