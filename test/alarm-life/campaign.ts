import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { between, type Random, seededRandom } from '../../firmware-sim/physics/random.ts';
import { type Ledger, type Moment, momentsOf, readLedger } from './ledger.ts';
import { type Arrival, LifeReceiver } from './receiver.ts';
import { writeScript } from './script.ts';

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  readonly dir: string;
  readonly say: (line: string) => void;
}

/** The same journal, lived through once in peace and once killed again and again. */
export interface CampaignResult {
  readonly kills: number;
  /** Kills that met an alarm at each of these moments. */
  readonly met: ReadonlyMap<Moment, number>;
  readonly calm: { readonly ledger: Ledger; readonly arrivals: readonly Arrival[] };
  readonly harsh: { readonly ledger: Ledger; readonly arrivals: readonly Arrival[] };
}

const CHILD = fileURLToPath(new URL('./life.child.ts', import.meta.url));
/** Rows between two kills, on average, and how long each takes. */
const ROWS_A_KILL = 30;
const PACE_MS = 4;
/** Share of kills that wait until a message is half sent. */
const HALF_SENT = 0.3;
/** And for how long they wait for one. */
const HELD_WITHIN_ROWS = 100;
const LEAST_ROWS = 900;

export async function runCampaign({ kills, seed, dir, say }: CampaignOptions): Promise<CampaignResult> {
  const rows = Math.max(LEAST_ROWS, kills * ROWS_A_KILL);
  const random = seededRandom(seed, 'kills');
  await using stage = new Stage(dir, random);
  await stage.start({ rows, seed });
  await stage.live('calm', { pace: PACE_MS });
  say(`in peace: ${stage.calm.arrivals.length} messages over ${rows} rows`);
  const met = new Map<Moment, number>();
  let killed = 0;
  while (killed < kills && !(await stage.live('harsh', { pace: PACE_MS, kill: stage.moment() }))) {
    killed++;
    for (const moment of momentsOf(stage.file('harsh'))) met.set(moment, (met.get(moment) ?? 0) + 1);
    if (killed % 20 === 0) say(`${killed} kills`);
  }
  // To the end of the rows, in peace.
  await stage.live('harsh', { pace: PACE_MS });
  const side = (name: Side) => ({
    ledger: readLedger(stage.file(name)),
    arrivals: stage[name].arrivals,
  });
  return { kills: killed, met, calm: side('calm'), harsh: side('harsh') };
}

type Side = 'calm' | 'harsh';

interface Kill {
  /** After so many rows of this life. */
  readonly rows: number;
  /** And so many ms more. */
  readonly ms: number;
  readonly halfSent: boolean;
}

/** As far as a life gets that is killed in time. */
const mostRows = ({ rows, ms, halfSent }: Kill): number =>
  rows + Math.ceil(ms / PACE_MS) + (halfSent ? HELD_WITHIN_ROWS : 0);

interface Life {
  readonly pace: number;
  readonly kill?: Kill;
}

class Stage {
  readonly calm: LifeReceiver;
  readonly harsh: LifeReceiver;
  readonly #dir: string;
  readonly #random: Random;

  constructor(dir: string, random: Random) {
    this.#dir = dir;
    this.#random = random;
    this.calm = new LifeReceiver(random);
    this.harsh = new LifeReceiver(random);
  }

  file(side: Side): string {
    return join(this.#dir, `${side}.sqlite`);
  }

  /** Two journals that differ in nothing but where messages go. */
  async start({ rows, seed }: { readonly rows: number; readonly seed: number }): Promise<void> {
    await Promise.all([this.calm.start(), this.harsh.start()]);
    const script = writeScript({ rows, seed, url: '' });
    for (const side of ['calm', 'harsh'] as const) {
      const { channels = {} } = script.site;
      const { url } = this[side];
      const addressed = {
        webhook: { ...(channels['webhook'] as object), url: `${url}/webhook` },
        pager: { url: `${url}/pager` },
      };
      const text = JSON.stringify({ ...script, site: { ...script.site, channels: addressed } });
      await writeFile(join(this.#dir, `${side}.json`), text);
    }
  }

  moment(): Kill {
    const random = this.#random;
    return {
      // Some lives are long: what is not yet written is begun again in the next one.
      rows: 1 - Math.round(ROWS_A_KILL * Math.log(1 - random())),
      ms: between(random, 0, 2 * PACE_MS),
      halfSent: random() < HALF_SENT,
    };
  }

  /** True when it came to the end of the rows before anybody killed it. */
  live(side: Side, { pace, kill }: Life): Promise<boolean> {
    const most = kill === undefined ? [] : [String(mostRows(kill))];
    const args = [CHILD, join(this.#dir, `${side}.json`), this.file(side), String(pace), ...most];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    let aimed = false;
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      if (kill === undefined || aimed || printed.split('\n').length <= kill.rows) return;
      aimed = true;
      void this.#strike(this[side], kill).then(() => child.kill('SIGKILL'));
    });
    return new Promise((resolve, reject) => {
      // Not at its exit: what it said last may come after that.
      child.on('close', (code, signal) => {
        if (signal === null && code !== 0) reject(new Error(`the alarm half ended with ${code}`));
        else resolve(printed.includes('done'));
      });
    });
  }

  async #strike(receiver: LifeReceiver, { ms, halfSent }: Kill): Promise<void> {
    await sleep(ms);
    if (halfSent && receiver.held === 0)
      await Promise.race([receiver.nextHeld(), sleep(HELD_WITHIN_ROWS * PACE_MS)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.calm.stop(), this.harsh.stop()]);
  }
}
