import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ENVIRONMENT, NODE_FLAGS } from '../../gateway/cli/bootstrap.mjs';
import type { DocCommand, Step } from './docs.ts';
import { freePort } from './free-port.ts';

const ENTRY = join(import.meta.dirname, '../../gateway/cli/hygate.ts');
/** Generous: a machine with other things to do. It is there so that a command that waits for ever is named. */
const COMMAND_WITHIN = 180_000;

/** Where a gateway listens when its site file does not say. */
const HTTP = '127.0.0.1:8080';
const MQTT = '127.0.0.1:1883';

export interface ReaderOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the page calls it → what it is here, such as the address of a device. */
  readonly places?: ReadonlyMap<string, string>;
}

/** Somebody who does what a page says, in a folder of his own with `hygate` on the path. */
export class Reader {
  readonly dir: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #places: ReadonlyMap<string, string>;
  readonly #listen: string;
  readonly #serving = new Set<ChildProcess>();

  private constructor(dir: string, env: NodeJS.ProcessEnv, places: ReadonlyMap<string, string>) {
    this.dir = dir;
    this.#env = env;
    this.#places = places;
    const at = (address: string) => places.get(address) ?? address;
    this.#listen = `listen: { mqtt: "${at(MQTT)}", http: "${at(HTTP)}" }\n`;
  }

  /** Free ports stand for those that a gateway takes by itself. */
  static async open({ env = {}, places = new Map() }: ReaderOptions = {}): Promise<Reader> {
    const base = await mkdtemp(join(tmpdir(), 'hygate-docs-'));
    const [bin, dir] = [join(base, 'bin'), join(base, 'work')];
    await mkdir(bin);
    await mkdir(dir);
    const run = `exec '${process.execPath}' ${NODE_FLAGS.join(' ')} '${ENTRY}' "$@"`;
    await writeFile(join(bin, 'hygate'), `#!/bin/sh\n${run}\n`, { mode: 0o755 });
    // The reader's box has a time server, whatever keeps the clock of the machine of the test.
    await writeFile(join(bin, 'timedatectl'), '#!/bin/sh\necho yes\n', { mode: 0o755 });
    const path = `${bin}${delimiter}${process.env['PATH']}`;
    const own = new Map([
      [HTTP, `127.0.0.1:${await freePort()}`],
      [MQTT, `127.0.0.1:${await freePort()}`],
    ]);
    return new Reader(
      dir,
      { ...ENVIRONMENT, ...process.env, ...env, PATH: path, LANG: 'en_US.UTF-8' },
      new Map([...own, ...places]),
    );
  }

  /** Does what a step says; a block for another place is passed over. Throws where it does not end as the page says. */
  async do(step: Step): Promise<void> {
    if (step.kind === 'file') {
      await writeFile(join(this.dir, step.name), this.#here(step.text));
    } else if (step.place === 'here') {
      if (step.stopped) await this.#stop();
      for (const command of step.commands) await this.#run(command);
    }
    await this.#giveOwnPorts();
  }

  async close(): Promise<void> {
    await this.#stop();
    await rm(join(this.dir, '..'), { recursive: true, force: true });
  }

  /** As Ctrl-C does. */
  async #stop(): Promise<void> {
    for (const child of this.#serving) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGINT');
      await once(child, 'close');
    }
    this.#serving.clear();
  }

  async #run({ command, where, exits, serves }: DocCommand): Promise<void> {
    const child = spawn('bash', ['-c', this.#script(command, serves)], {
      ...{ cwd: this.dir, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] },
      ...(serves ? {} : { timeout: COMMAND_WITHIN, killSignal: 'SIGKILL' as const }),
    });
    let output = '';
    const failed = (how: string) => new Error(`${where}: ${command}\n${how}\n${output}`);
    const ready = new Promise<void>((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (text: string) => {
          output += text;
          // What a gateway prints when it serves.
          if (serves && /^Page /m.test(output)) resolve();
        });
      }
      child.once('close', (code, signal) => {
        if (!serves && code === exits) resolve();
        else reject(failed(`ended with ${code ?? signal}, not ${serves ? 'at all' : exits}`));
      });
    });
    if (serves) this.#serving.add(child);
    await ready;
  }

  /** What a line exports, and where it goes, holds for those after it, as in the shell of whoever reads. */
  #script(command: string, serves: boolean): string {
    const state = join(this.dir, '..', 'state');
    const before = `[ -e '${state}' ] && . '${state}'`;
    if (serves) return `${before}; exec ${this.#here(command)}`;
    const after = `{ export -p; echo "cd '$PWD'"; } > '${state}'`;
    return `${before}\n${this.#here(command)}\ncode=$?\n${after}\nexit $code`;
  }

  /** The words of a page with the places of this machine for those of the page. */
  #here(text: string): string {
    return [...this.#places].reduce((changed, [page, here]) => changed.replaceAll(page, here), text);
  }

  /** A site file of the page that leaves the addresses out, as it should: here they must be free ones. */
  async #giveOwnPorts(): Promise<void> {
    for (const name of await readdir(this.dir)) {
      if (!name.endsWith('.yaml')) continue;
      const text = await readFile(join(this.dir, name), 'utf8');
      if (/^site:/m.test(text) && !/^listen:/m.test(text)) {
        await writeFile(join(this.dir, name), `${text}${this.#listen}`);
      }
    }
  }
}
