import { join } from 'node:path';
import type { Ms } from '#model/time';
import { setAsidePath } from '../../gateway/forward/influx/forwarder.ts';
import { SetAside } from '../../gateway/forward/influx/set-aside.ts';
import { ForwardRig, type Verdict, v1Target } from '../kit/forward-rig.ts';
import { type InfluxPeer, startInfluxd } from '../kit/influx-peers.ts';
import { until } from '../kit/until.ts';
import type { TrialContext, TrialResult } from './trial.ts';

/** Rows of 50 readings before, during and after the fault. */
export const BEFORE = 20;
export const DURING = 30;
export const AFTER = 10;
/** More than the longest delay between two tries, on a slow machine. */
export const RECOVERY_WITHIN: Ms = 30_000;

interface Stage {
  readonly rig: ForwardRig;
  /** Begins the fault, lets it last and ends it; while it lasts the rig appends. */
  readonly fault: (duringFault: () => Promise<void>) => Promise<void>;
  readonly look: () => Promise<Verdict>;
}

/** Forwards, breaks, mends, and waits until everything that was written is there. */
export async function play({ rig, fault, look }: Stage): Promise<Omit<TrialResult, 'injected'>> {
  await rig.append(BEFORE);
  await rig.startForwarding();
  await until('the first readings are there', async () => (await look()).lost === 0);
  const before = await appending(rig, BEFORE);
  let held = 0;
  await fault(async () => {
    held = await appending(rig, DURING);
  });
  const begun = performance.now();
  await rig.append(AFTER);
  let verdict = await look();
  await until(
    'everything is there after the fault',
    async () => {
      verdict = await look();
      return verdict.lost === 0;
    },
    RECOVERY_WITHIN,
  ).catch(() => undefined);
  const recovery = performance.now() - begun;
  return { ...verdict, disturbance: Math.max(0, held - before), recovery, judged: rig.written.length };
}

/** The longest append of some. */
async function appending(rig: ForwardRig, rows: number): Promise<Ms> {
  rig.longestAppend = 0;
  await rig.append(rows);
  return rig.longestAppend;
}

export function asideIn(rig: ForwardRig): number {
  const aside = new SetAside(setAsidePath(rig.dataDir));
  const lines = aside.groups().reduce((sum, group) => sum + group.lines, 0);
  aside.close();
  return lines;
}

/** The real influxd, a rig on it, and what both are needed for. */
export async function onInfluxd(
  { dir }: TrialContext,
  options: { readonly from?: number; readonly prepare?: (url: string) => Promise<unknown> },
  work: (rig: ForwardRig, peer: InfluxPeer) => Promise<TrialResult>,
): Promise<TrialResult> {
  const peer = await startInfluxd(join(dir, 'influxd'));
  await options.prepare?.(peer.url);
  const rig = await ForwardRig.open({ dir, influx: v1Target(peer.url), from: options.from ?? Date.now() });
  try {
    return await work(rig, peer);
  } finally {
    await rig.stop();
    await peer.stop();
  }
}
