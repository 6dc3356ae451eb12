import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  answers,
  beside,
  mainPid,
  type Outcome,
  type ScratchRoot,
  scratchRoot,
  scratchRootTrouble,
} from './scratch-root.ts';
import { until } from './until.ts';

/*
 * A machine with systemd, to install on: a scratch root that systemd-nspawn boots. It has this machine's kernel, but
 * processes, mounts and users of its own, and an init that starts, confines and restarts services.
 */

const WITHIN = 180_000;
const NSPAWN = ['--quiet', '--register=no', '--keep-unit'];

/** Why no machine can be booted here; undefined when one can. */
export async function machineTrouble(): Promise<string | undefined> {
  if (!existsSync('/usr/bin/systemd-nspawn')) return 'systemd-container is not installed';
  const trial = [...NSPAWN, '--pipe', '--volatile=yes', '--directory=/', 'true'];
  if (!(await answers('systemd-nspawn', trial))) return 'systemd-nspawn may not start';
  return scratchRootTrouble();
}

export interface MachineOptions {
  /** Gets each command and what it answered. */
  readonly say: (text: string) => void;
  /** `shared`: that of this machine, with its ports. `own`: a loopback of its own and nothing else. */
  readonly network: 'shared' | 'own';
}

export class Machine {
  readonly root: ScratchRoot;
  readonly #nspawn: ChildProcess;
  readonly #init: number;
  readonly #say: (text: string) => void;

  private constructor(
    boot: { root: ScratchRoot; nspawn: ChildProcess; init: number },
    say: (text: string) => void,
  ) {
    this.root = boot.root;
    this.#nspawn = boot.nspawn;
    this.#init = boot.init;
    this.#say = say;
  }

  /** A new one whose services run. */
  static async boot({ say, network }: MachineOptions): Promise<Machine> {
    const root = await scratchRoot();
    await root.installInit();
    const own = network === 'own' ? ['--private-network'] : [];
    const args = ['--directory', root.dir, ...NSPAWN, '--console=passive', '--boot', ...own];
    const nspawn = spawn('systemd-nspawn', args, { stdio: 'ignore' });
    try {
      const init = await until('its services', () => initOf(nspawn), WITHIN);
      return new Machine({ root, nspawn, init }, say);
    } catch (error) {
      nspawn.kill('SIGKILL');
      throw error;
    }
  }

  /** Runs a line of shell as root, to its end. A code other than 0 is an answer, not an error. */
  async run(line: string): Promise<Outcome> {
    const began = performance.now();
    const outcome = await this.ask(line);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const ended = outcome.code === 0 ? `${seconds} s` : `${seconds} s, ended with ${outcome.code}`;
    this.#say(`# ${line}\n${outcome.output}[${ended}]\n`);
    return outcome;
  }

  /** As `run`, but nothing is said: for what is asked again and again. */
  ask(line: string): Promise<Outcome> {
    const env = { DEBIAN_FRONTEND: 'noninteractive', HOME: '/root' };
    return beside(this.#init, ['sh', '-c', `cd && ${line}`], { env });
  }

  /** As `run`, but throws with the output when it fails. Returns the output. */
  async must(line: string): Promise<string> {
    const { code, output } = await this.run(line);
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${output}`);
    return output.trim();
  }

  /** Stops its services, then everything; its root is removed. */
  async shutDown(): Promise<void> {
    const ended = once(this.#nspawn, 'exit');
    if (this.#nspawn.exitCode === null && this.#nspawn.kill('SIGTERM')) await ended;
    await this.root.remove();
  }
}

/** The init of a machine, once its services run: what nspawn starts before it is gone by then. */
async function initOf(nspawn: ChildProcess): Promise<number | undefined> {
  const pid = await mainPid(nspawn);
  if (pid === undefined) return undefined;
  const { output } = await beside(pid, ['systemctl', 'is-system-running']);
  return output.trim() === 'running' ? pid : undefined;
}
