import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../kit/free-port.ts';
import { until } from '../kit/until.ts';

const CHILD = new URL('../kit/opcua-child.ts', import.meta.url);

/** What a server child says of itself. */
interface Said {
  readonly port?: number;
  readonly sessions?: number;
  readonly fingerprint?: string;
}

export type Order =
  | 'end-sessions'
  | 'end-subscriptions'
  | 'hide'
  | 'show'
  | 'refuse-sessions'
  | 'allow-sessions';

/** An OPC UA server in a process of its own whose node `Fast` tells the time, 20 times a second. */
export class OpcuaServerChild {
  readonly port: number;
  /** Its certificates, a folder an identity, and room for those of its clients. */
  readonly dir: string;
  /** Sessions that were created in all its lives. */
  sessions = 0;
  fingerprint = '';
  #child: ChildProcess | undefined;

  constructor(dir: string, port: number) {
    this.dir = dir;
    this.port = port;
  }

  get #lives(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts it when it does not run. Another identity is another key and certificate. */
  async start(identity = 'server'): Promise<void> {
    if (this.#lives) return;
    const child = fork(CHILD, [join(this.dir, identity), String(this.port)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    let ready = false;
    child.on('message', (said: Said) => {
      this.sessions += said.sessions ?? 0;
      this.fingerprint = said.fingerprint ?? this.fingerprint;
      if (said.port !== undefined) ready = true;
    });
    await until('the OPC UA server starts', () => ready);
  }

  tell(order: Order): void {
    this.#child?.send(order);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#lives) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async end(): Promise<void> {
    await this.kill();
    await rm(this.dir, { recursive: true });
  }
}

export const opcuaServerChild = async (): Promise<OpcuaServerChild> =>
  new OpcuaServerChild(await mkdtemp(join(tmpdir(), 'hygate-fault-opcua-')), await freePort());
