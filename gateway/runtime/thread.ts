import { type Transferable, Worker } from 'node:worker_threads';
import { type ErrorCode, HygateError } from '#model/errors';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { backoff } from './backoff.ts';
import { say } from './thread-log.ts';
import { replay } from './thread-meter.ts';
import type { FromThread, ToThread } from './thread-side.ts';

const STOP_WITHIN: Ms = 4 * SECOND;
const LONGEST_REST: Ms = 30 * SECOND;

export interface ThreadOptions {
  readonly name: string;
  /** The thread's composition root: a `*.thread.ts` that calls `runThread`. */
  readonly entry: URL;
  /** Plain data for the thread, asked anew at every start. */
  readonly data: () => unknown;
  readonly onMessage: (message: unknown) => void;
  /** The thread died; it is started again after a back-off. What waits for its answers must be failed here. */
  readonly onDeath?: (error: Error) => void;
  /** It serves (again). */
  readonly onReady?: () => void;
  /** The longest rest between two starts of a thread that keeps dying; 30 s when left out. */
  readonly longestRest?: Ms;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/**
 * A supervised worker thread. The first start fails loudly with the thread's own error; a death later is counted and
 * mended by a new start.
 */
export class Thread implements Part {
  readonly name: string;
  readonly #options: ThreadOptions;
  #worker: Worker | undefined;
  #stopping = false;
  /** In a row, each soon after its start. */
  #deaths = 0;
  /** Monotonic. */
  #servedAt: Ms = 0;
  #resting: Timer | undefined;

  constructor(options: ThreadOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopping = false;
    await this.#launch();
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    this.#worker?.postMessage({ kind: 'message', message } satisfies ToThread, [...transfer]);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#resting?.cancel();
    const worker = this.#worker;
    if (worker === undefined) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'stop' } satisfies ToThread);
    const timer = this.#options.clock.after(STOP_WITHIN, () => {
      this.#options.log.warn({ thread: this.name }, 'a thread did not stop in time and is ended');
      void worker.terminate();
    });
    await gone;
    timer.cancel();
    this.#worker = undefined;
  }

  #launch(): Promise<void> {
    const { entry, data, meter, log, onMessage, onReady } = this.#options;
    const worker = new Worker(entry, { workerData: data(), name: this.name });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let served = false;
      let failure: Error | undefined;
      worker.on('message', (message: FromThread) => {
        if (message.kind === 'message') onMessage(message.message);
        else if (message.kind === 'meter') replay(message.calls, meter);
        else if (message.kind === 'log') say(message.call, log);
        else if (message.kind === 'failed') failure = revive(message.code, message.text);
        else {
          served = true;
          this.#servedAt = this.#options.clock.monotonic();
          resolve();
          onReady?.();
        }
      });
      worker.on('error', (error) => {
        failure = error instanceof Error ? error : new Error(String(error));
      });
      worker.on('exit', (code) => {
        const error = failure ?? new Error(`thread ${this.name} ended with code ${code}`);
        if (this.#worker === worker) this.#worker = undefined;
        if (!served) return reject(error);
        if (this.#stopping) return;
        log.error({ thread: this.name, err: error }, 'a thread died and is started again');
        if (this.#options.clock.monotonic() - this.#servedAt > LONGEST_REST) this.#deaths = 0;
        this.#revive(error);
      });
    });
  }

  #revive(error: Error): void {
    const { clock, meter, onDeath, log, longestRest = LONGEST_REST } = this.#options;
    meter.count('hygate_thread_restarts_total', { thread: this.name });
    onDeath?.(error);
    const delay = backoff(this.#deaths++, { first: 200, longest: longestRest, random: Math.random });
    this.#resting = clock.after(delay, () => {
      this.#launch().catch((again: Error) => {
        log.error({ thread: this.name, err: again }, 'a thread could not be started again');
        if (!this.#stopping) this.#revive(again);
      });
    });
  }
}

const revive = (code: ErrorCode | null, text: string): Error =>
  code === null ? new Error(text) : new HygateError(code, text);
