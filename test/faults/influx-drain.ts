import type { Ms } from '#model/time';
import { median } from '../bench/sample.ts';
import { setDrainStage } from '../kit/drain-stage.ts';
import { until } from '../kit/until.ts';
import { RECOVERY_WITHIN } from './influx-play.ts';
import type { FaultTrial } from './trial.ts';

/** Of the medians, on a machine that also does other things: of so many that a few late ones do not move them. */
const HELD_UP_AT_MOST: Ms = 250;

export const DRAIN: FaultTrial = {
  name: 'a backlog drains beside live data; the gateway is killed meanwhile',
  async run({ dir, short }) {
    const stage = await setDrainStage({ dir, rows: short ? 300 : 20_000 });
    try {
      const { probe, rig } = stage;
      const crossings = short ? 9 : 40;
      const before = median((await probe.measure(crossings)).told);
      await stage.drain();
      const begun = performance.now();
      const during = median((await probe.measure(crossings)).told);
      await probe.stop();
      await stage.restart();
      await until('all is there', async () => (await rig.look()).lost === 0, 10 * RECOVERY_WITHIN);
      const recovery = performance.now() - begun;
      const disturbance = Math.max(0, during - before);
      if (disturbance > HELD_UP_AT_MOST) throw new Error(`messages came ${disturbance} ms later than before`);
      const injected = `${stage.backlog} readings, ${crossings} alarms told beside it, kill -9`;
      return { ...(await rig.look()), injected, disturbance, recovery, judged: stage.backlog };
    } finally {
      await stage.stop();
    }
  },
};
