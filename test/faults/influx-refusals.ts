import type { ForwardRig } from '../kit/forward-rig.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { INFLUX_DATABASE, queryInflux } from '../kit/influx-peers.ts';
import { until } from '../kit/until.ts';
import { asideIn, BEFORE, DURING, onInfluxd, RECOVERY_WITHIN } from './influx-play.ts';
import type { FaultTrial, TrialResult } from './trial.ts';

const recreate = async (url: string): Promise<void> => {
  await queryInflux(url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
};

/** What was there before the drop is gone for InfluxDB; what came while it was gone and after must be there. */
export const DROPPED: FaultTrial = {
  name: 'influxd: the database is dropped and made anew',
  run: (context) =>
    onInfluxd(context, {}, async (rig, { url }) => {
      await rig.append(BEFORE);
      await rig.startForwarding();
      await until('the first readings are there', async () => (await rig.look()).lost === 0);
      await queryInflux(url, `DROP DATABASE "${INFLUX_DATABASE}"`);
      const gone = rig.written.length;
      await rig.append(DURING);
      await until('it says so', () => rig.meters.get('hygate_forward_paused not-found journal') === 1);
      await recreate(url);
      const begun = performance.now();
      await until('the rest is there', async () => (await rig.look()).lost <= gone, RECOVERY_WITHIN);
      const recovery = performance.now() - begun;
      await resend(rig);
      const injected = `${gone} readings taken away, and sent again by hygate replay --from`;
      return { ...(await rig.look()), injected, disturbance: null, recovery, judged: rig.written.length };
    }),
};

/** `hygate replay --from`, as its user runs it. */
async function resend({ siteFile, dataDir, written }: ForwardRig): Promise<void> {
  const replay = new HygateProcess(['replay', siteFile, dataDir, '--from', String(written[0]?.at)]);
  const { code } = await replay.exited;
  if (code !== 0) throw new Error(`hygate replay ended with ${code}: ${replay.output}`);
}

/** Lines that the real server will never take, between others: set aside each once, and nothing else. */
async function refusedOnes(rig: ForwardRig, refused: number, injected: string): Promise<TrialResult> {
  const begun = performance.now();
  await rig.startForwarding();
  await until('all is done with', () => rig.meters.get('hygate_consumer_lag_rows influx') === 0);
  const verdict = await rig.look();
  const aside = asideIn(rig);
  if (aside !== refused) throw new Error(`${aside} lines were set aside, ${refused} should have been`);
  const recovery = performance.now() - begun;
  return {
    ...verdict,
    lost: verdict.lost - aside,
    injected,
    disturbance: null,
    recovery,
    judged: rig.written.length,
  };
}

const RETENTION_ROWS = 40;

export const BEYOND: FaultTrial = {
  name: 'influxd: most of the backlog is older than the retention',
  run(context) {
    // A reading each 3 ms: the first half lies before the hour that the server keeps.
    const [count, hour] = [RETENTION_ROWS * 50, 3_600_000];
    const from = Date.now() - hour - 60_000 - (count / 2) * 3;
    const prepare = async (url: string) => {
      const rule = 'DURATION 1h REPLICATION 1 SHARD DURATION 1h DEFAULT';
      await queryInflux(url, `CREATE RETENTION POLICY short ON "${INFLUX_DATABASE}" ${rule}`);
    };
    return onInfluxd(context, { from, prepare }, async (rig) => {
      await rig.append(RETENTION_ROWS);
      const young = Array.from(rig.written.slice(0, 700), (reading, index) => ({
        ...reading,
        at: Date.now() + index,
      }));
      await rig.appendReadings(young);
      return refusedOnes(rig, count, `${count} of ${rig.written.length} too old`);
    });
  },
};

export const CONFLICT: FaultTrial = {
  name: 'influxd: a field type conflict in one of two measurements',
  run: (context) =>
    onInfluxd(context, {}, async (rig) => {
      await rig.write(`battery,area=vaccine value="text" ${Date.now()}`);
      await rig.append(BEFORE);
      // A reading without a value has no field to be in conflict with.
      const refused = rig.written.filter(
        ({ point, value }) => point.endsWith('.battery') && value !== null,
      ).length;
      return refusedOnes(rig, refused, `${refused} of ${rig.written.length} lines`);
    }),
};
