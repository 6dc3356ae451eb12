import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Ms, realClock, SECOND } from '#model/time';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { BackupStage, checkManifest, startBackup, verify } from './backup-stage.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

/** A backup copies and syncs on the same disk: a PUBACK may wait for that, on a busy machine no more than this. */
const LONGEST_WAIT: Ms = 5 * SECOND;

const MOST_ROUNDS = 25;

async function onStage(
  dir: string,
  work: (stage: BackupStage) => Promise<TrialResult>,
): Promise<TrialResult> {
  const stage = await BackupStage.start(join(dir, 'site'));
  try {
    return await work(stage);
  } finally {
    await stage.stop();
  }
}

/** Runs a backup to its end. Returns how many sealed segments it found there already. */
async function back(from: string, to: string): Promise<number> {
  const backup = startBackup(from, to);
  const { code } = await backup.exited;
  if (code !== 0) throw new Error(`hygate backup: ${backup.output}`);
  return Number(/, (\d+) sealed segments were there/.exec(backup.output)?.[1]);
}

const underLoad: FaultTrial = {
  name: 'backups while readings come, into one folder',
  run: ({ dir, short }: TrialContext) =>
    onStage(dir, async (stage) => {
      const to = join(dir, 'backup');
      let slowest: Ms = 0;
      let [kept, judged, rounds] = [0, 0, 0];
      // Until a segment has been sealed between two of them.
      for (; rounds < (short ? 2 : 8) || (kept === 0 && rounds < MOST_ROUNDS); rounds++) {
        const before = stage.acknowledged;
        stage.slowest = 0;
        kept = await back(stage.dataDir, to);
        slowest = Math.max(slowest, stage.slowest);
        const { stored, doubled, wrong } = stage.look(to);
        if (stored < before) throw new Error(`${before} were acknowledged before, the backup has ${stored}`);
        if (doubled + wrong > 0) throw new Error(`the backup has ${doubled} twice, ${wrong} wrong`);
        checkManifest(to);
        await verify(to);
        judged = stored;
      }
      if (kept === 0) throw new Error('every backup copied every sealed segment again');
      if (slowest > LONGEST_WAIT) throw new Error(`a PUBACK took ${slowest} ms`);
      const injected = `${rounds} backups; ${kept} sealed segments not copied again`;
      return { injected, wrong: 0, lost: 0, disturbance: slowest, recovery: null, judged };
    }),
};

const killed: FaultTrial = {
  name: 'the backup is killed at random instants',
  run: ({ dir, short, seed }: TrialContext) =>
    onStage(dir, async (stage) => {
      const to = join(dir, 'backup');
      const random = seededRandom(seed, 'backup');
      const begun = realClock.monotonic();
      await back(stage.dataDir, to);
      const length = realClock.monotonic() - begun;
      const kills = short ? 3 : 20;
      let least = stage.look(to).stored;
      for (let kill = 0; kill < kills; kill++) {
        const backup = startBackup(stage.dataDir, to);
        await realClock.sleep(random() * length);
        await backup.stop('SIGKILL');
        const { stored, doubled, wrong } = stage.look(to);
        if (stored < least) throw new Error(`the backup had ${least}, after a kill ${stored}`);
        if (doubled + wrong > 0) throw new Error(`after a kill ${doubled} twice, ${wrong} wrong`);
        least = stored;
        await verify(to);
      }
      await back(stage.dataDir, to);
      checkManifest(to);
      const left = readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.part'),
      );
      if (left.length > 0) throw new Error(`left over: ${left.join(', ')}`);
      return {
        injected: `${kills} kills`,
        wrong: 0,
        lost: 0,
        disturbance: null,
        recovery: null,
        judged: least,
      };
    }),
};

const startFrom: FaultTrial = {
  name: 'a gateway goes on from a backup, and the loggers send what it lacks',
  run: ({ dir }: TrialContext) =>
    onStage(dir, async (stage) => {
      const [to, restored] = [join(dir, 'backup'), join(dir, 'restored')];
      await back(stage.dataDir, to);
      cpSync(to, restored, { recursive: true });
      const had = stage.look(restored).stored;
      const moved = realClock.monotonic();
      await stage.moveTo(restored);
      const recovery = realClock.monotonic() - moved;
      await stage.drain();
      const { stored, doubled, wrong } = stage.look(restored);
      await stage.stop();
      if (doubled > 0) throw new Error(`${doubled} readings twice`);
      if (stored <= had) throw new Error('nothing came after the start');
      if (!existsSync(join(restored, 'alarms.sqlite')) || statSync(join(restored, 'users.sqlite')).size === 0)
        throw new Error('alarms or users are not in the backup');
      await verify(restored);
      return { injected: 'moved to a copy', wrong, lost: 0, disturbance: null, recovery, judged: stored };
    }),
};

export const subject: Subject = { name: 'backup', trials: [underLoad, killed, startFrom] };
