import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import { type ErrorCode, HygateError } from '#model/errors';
import type { Log } from '#model/log';
import { realClock, SECOND } from '#model/time';
import { collectStartGarbage } from './start-garbage.ts';
import { type LogCall, ThreadLog } from './thread-log.ts';
import { type MeterCall, ThreadMeter } from './thread-meter.ts';

export type ToThread = { readonly kind: 'message'; readonly message: unknown } | { readonly kind: 'stop' };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly code: ErrorCode | null; readonly text: string }
  | { readonly kind: 'meter'; readonly calls: readonly MeterCall[] }
  | { readonly kind: 'log'; readonly call: LogCall }
  | { readonly kind: 'message'; readonly message: unknown };

/** What a thread is given to live with. */
export interface ThreadContext<Data> {
  readonly data: Data;
  readonly meter: ThreadMeter;
  readonly log: Log;
  post(message: unknown, transfer?: readonly Transferable[]): void;
}

/** What runs in a thread. */
export interface ThreadBody {
  onMessage(message: unknown): void;
  stop(): Promise<void>;
}

/** Makes this file's thread live: builds the body, says `ready`, hands its counts over each second, ends on `stop`. */
export async function runThread<Data>(
  build: (context: ThreadContext<Data>) => Promise<ThreadBody>,
): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('runThread is for worker threads');
  const send = (message: FromThread, transfer: readonly Transferable[] = []) =>
    port.postMessage(message, [...transfer]);
  const meter = new ThreadMeter();
  const log = new ThreadLog((call) => send({ kind: 'log', call }));
  const flush = () => {
    const calls = meter.flush();
    if (calls.length > 0) send({ kind: 'meter', calls });
  };
  try {
    const body = await build({
      data: workerData as Data,
      meter,
      log,
      post: (message, transfer) => send({ kind: 'message', message }, transfer),
    });
    const ticking = setInterval(flush, SECOND);
    port.on('message', (message: ToThread) => {
      if (message.kind === 'message') return body.onMessage(message.message);
      clearInterval(ticking);
      void body.stop().then(() => {
        flush();
        port.close();
      });
    });
    send({ kind: 'ready' });
    collectStartGarbage(realClock, log);
  } catch (error) {
    const code = error instanceof HygateError ? error.code : null;
    send({ kind: 'failed', code, text: error instanceof Error ? error.message : String(error) });
    port.close();
  }
}
