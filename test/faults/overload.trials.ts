import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ms, realClock, SECOND, type Timer } from '#model/time';
import { DiskFaults } from '../kit/disk-faults.ts';
import { until } from '../kit/until.ts';
import { Ward } from '../kit/ward.ts';
import { Flood } from './flood.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

const FSYNC: Ms = 200;
/** What the door lets wait, at the rate of a disk of 200 ms a commit, and the commits of reading and alarm. */
const TOLD_WITHIN: Ms = 5 * SECOND;
const TOLD_WITHIN_SHORT: Ms = 20 * SECOND;
/** The door's 50,000 readings, and what was read ahead of some dozens of clients. */
const GROWTH_MB = 600;
/** Messages of a device on their way: of all devices several times what the door lets wait. */
const WINDOW = { short: 200, long: 500 } as const;

interface Stage {
  readonly ward: Ward;
  readonly context: TrialContext;
  readonly flood: Flood;
  readonly slowDisk: boolean;
}

const trial = (name: string, devices: number, slowDisk: boolean): FaultTrial => ({
  name,
  async run(context) {
    if (slowDisk && !DiskFaults.available) return skipped('needs gcc, for the disk that is slow');
    const faults = slowDisk ? new DiskFaults(join(context.dir, 'rules')) : undefined;
    const env = faults?.env ?? {};
    const ward = new Ward({ dir: context.dir, boxes: 4, spare: devices, env });
    let flood: Flood | undefined;
    try {
      await ward.open();
      faults?.begin({ path: '/journal/', ops: ['sync'], delayMs: FSYNC });
      flood = new Flood(ward.mqttPort, devices, WINDOW[context.short ? 'short' : 'long']);
      return await overflow({ ward, context, flood, slowDisk }, devices);
    } finally {
      await flood?.kill();
      await ward.close();
      faults?.close();
    }
  },
});

const skipped = (why: string): TrialResult => ({
  ...{ injected: `skipped: ${why}`, wrong: 0, lost: 0, disturbance: null, recovery: null, judged: 1 },
});

async function overflow({ ward, context, flood, slowDisk }: Stage, devices: number): Promise<TrialResult> {
  const resident = new Resident(ward.hygate.pid);
  resident.watch();
  try {
    const { disturbance, recovery, acknowledged } = await flooding(ward, flood, context.short);
    const boxes = await ward.judge();
    const growth = resident.growth();
    if (growth > GROWTH_MB) throw new Error(`the gateway grew by ${growth} MB`);
    resident.stop();
    await ward.hygate.stop('SIGTERM');
    const flooded = await flood.judge(join(ward.data, 'journal'), acknowledged);
    const what = `${devices} devices as fast as they can${slowDisk ? `, ${FSYNC} ms an fsync` : ''}`;
    return {
      injected: `${what}: ${flooded.judged} readings taken, grew by ${growth} MB`,
      wrong: boxes.wrong + flooded.wrong,
      lost: boxes.lost + flooded.lost,
      judged: boxes.judged + flooded.judged,
      ...{ disturbance, recovery },
    };
  } finally {
    resident.stop();
  }
}

/** The flood, until the gateway has told that it is over: how late alarms were meanwhile. */
async function flooding(ward: Ward, flood: Flood, short: boolean) {
  const overloaded = () => ward.metric('hygate_overloaded');
  await until('the gateway says that it is overloaded', async () => (await overloaded()) === 1);
  const complains = async () =>
    (await ward.health()).complaints.some((text) => text.includes('made durable'));
  await until('so does /healthz', complains);
  const told = await crossing(ward, 0);
  await realClock.sleep(short ? 0 : 20 * SECOND);
  const disturbance = Math.max(told, await crossing(ward, 1));
  const limit = short ? TOLD_WITHIN_SHORT : TOLD_WITHIN;
  if (disturbance > limit) throw new Error(`an alarm was told after ${Math.round(disturbance)} ms`);
  const acknowledged = await flood.end();
  const ended = realClock.monotonic();
  await until('the overload is over', async () => (await overloaded()) === 0);
  return { disturbance, recovery: realClock.monotonic() - ended, acknowledged };
}

/** From the first reading beyond the limit until the person has the message. */
async function crossing(ward: Ward, box: number): Promise<Ms> {
  const logger = ward.boxes[box];
  if (logger === undefined) throw new Error(`there is no box ${box}`);
  const begun = realClock.monotonic();
  logger.temperature = 20;
  await ward.told(`box-${box}`);
  const took = realClock.monotonic() - begun;
  logger.temperature = null;
  return took;
}

/** The resident size of a process, looked at ten times a second. */
class Resident {
  readonly #pid: number;
  #first = 0;
  #peak = 0;
  #timer: Timer | undefined;

  constructor(pid: number) {
    this.#pid = pid;
  }

  watch(): void {
    const status = readFileSync(`/proc/${this.#pid}/status`, 'utf8');
    const size = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN) / 1024;
    this.#first ||= size;
    this.#peak = Math.max(this.#peak, size);
    this.#timer = realClock.after(100, () => this.watch());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** In MB, from the first look to the largest. */
  growth(): number {
    return Math.round(this.#peak - this.#first);
  }
}

export const subject: Subject = {
  name: 'overload',
  trials: [trial('more than the disk takes', 24, true), trial('more than the processor takes', 60, false)],
};
