import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT, NODE_FLAGS } from '../../gateway/cli/bootstrap.mjs';

const ENTRY = fileURLToPath(new URL('../../gateway/cli/hygate.ts', import.meta.url));

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A real `hygate` process, as the command starts it (without the wrapper, which a SIGKILL would leave behind it). */
export class HygateProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<Exit>;
  #output = '';
  /** It ended, and all that it said is here; it may end before that. */
  #closed = false;
  #watchers: (() => void)[] = [];

  constructor(
    args: readonly string[],
    options: { env?: NodeJS.ProcessEnv; uid?: number; entry?: string } = {},
  ) {
    const { env = {}, uid, entry = ENTRY } = options;
    this.#child = spawn(process.execPath, [...NODE_FLAGS, entry, ...args], {
      // What is looked for is English, whatever the machine speaks.
      env: { ...ENVIRONMENT, ...process.env, LC_ALL: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        for (const watcher of this.#watchers) watcher();
      });
    }
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#closed = true;
        resolve({ code, signal });
        for (const watcher of this.#watchers) watcher();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Standard output and error so far. */
  get output(): string {
    return this.#output;
  }

  /** Resolves with the match once the output has it; rejects when the process ends first. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.#output);
        if (match !== null) resolve(match);
        else if (this.#closed) reject(new Error(`ended without ${pattern}:\n${this.#output}`));
        else return;
        this.#watchers = this.#watchers.filter((watcher) => watcher !== look);
      };
      this.#watchers.push(look);
      look();
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<Exit> {
    if (this.#child.exitCode === null) this.#child.kill(signal);
    return this.exited;
  }
}
