import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../kit/free-port.ts';
import { peerPath } from '../kit/peers.ts';

/** VictoriaMetrics, where the readings go: can be killed, frozen and started again on the same data. */
export class Target {
  readonly #dir: string;
  #port = 0;
  #child: ChildProcess | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    const flags = [
      `-storageDataPath=${this.#dir}`,
      `-httpListenAddr=127.0.0.1:${this.#port}`,
      '-retentionPeriod=1y',
      // It is a peer here, not what is measured.
      '-memory.allowedBytes=64MB',
    ];
    this.#child = spawn(peerPath('victoriaMetrics'), flags, { stdio: 'ignore' });
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }
}
