import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Order } from './broker.child.ts';

const ENTRY = fileURLToPath(new URL('./broker.child.ts', import.meta.url));

/** The broker under attack, asked and told from outside. */
export class BrokerProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #orders = 0;
  port = 0;

  constructor(dir: string, boxes: number) {
    this.#child = fork(ENTRY, [dir, String(boxes)]);
    this.#child.on('message', ({ id, result }: { id: number; result: unknown }) => {
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    });
  }

  async start(): Promise<void> {
    const gone = once(this.#child, 'exit').then(() => Promise.reject(new Error('the broker did not start')));
    const serves = new Promise<unknown>((resolve) => this.#waiting.set(0, resolve));
    this.port = Number(await Promise.race([serves, gone]));
    gone.catch(() => undefined);
  }

  /** What the counter, with its label values behind its name, says. */
  count = async (name: string): Promise<number> => Number(await this.#ask({ kind: 'count', name }));

  /** Resident, in MB. */
  memory = async (): Promise<number> => Number(await this.#ask({ kind: 'memory' })) / 2 ** 20;

  stored = async (): Promise<Readonly<Record<string, readonly number[]>>> =>
    (await this.#ask({ kind: 'stored' })) as Readonly<Record<string, readonly number[]>>;

  /** Resolves when the broker has told them to whom it could. */
  alarms = async (count: number, bytes: number): Promise<void> =>
    void (await this.#ask({ kind: 'alarms', count, bytes }));

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.disconnect();
    await gone;
  }

  #ask(order: Order): Promise<unknown> {
    const id = ++this.#orders;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, order });
    });
  }
}
