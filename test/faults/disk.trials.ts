import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Alarm } from '#model/alarm';
import { type Ms, realClock, SECOND } from '#model/time';
import { DiskFaults, readOnly } from '../kit/disk-faults.ts';
import { SmallDisk } from '../kit/small-disk.ts';
import { until } from '../kit/until.ts';
import { PERIOD, Ward } from '../kit/ward.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

/** Well below two polls of a usual device (10 s each); a short trial runs beside other tests. */
const RECOVERY: Ms = 4 * SECOND;
const RECOVERY_SHORT: Ms = 8 * SECOND;
/** The page of somebody else: what a disk does must not be felt there. */
const ANSWER: Ms = 250;
const ANSWER_SHORT: Ms = 1_500;
const DISK_MIB = 64;

interface Stage {
  readonly ward: Ward;
  readonly faults: DiskFaults;
  /** Undefined in trials that ask for none. */
  readonly disk: SmallDisk | undefined;
  readonly context: TrialContext;
}

interface Fault {
  readonly name: string;
  readonly smallDisk?: boolean;
  /** Does the harm, checks what must come of it, and takes it away. Tells what it did. */
  readonly harm: (stage: Stage) => Promise<string>;
}

/** The real gateway on a disk that fails; afterwards everything that the boxes measured must be there, once. */
const trial = ({ name, harm, smallDisk = false }: Fault): FaultTrial => ({
  name,
  async run(context) {
    const data = join(context.dir, 'data');
    const disk = smallDisk ? SmallDisk.mount(data, DISK_MIB) : undefined;
    if (smallDisk && disk === undefined) return skipped('needs root, to mount a small disk');
    if (!DiskFaults.available) return skipped('needs gcc, for the disk that fails');
    const faults = new DiskFaults(join(context.dir, 'rules'));
    const ward = new Ward({ dir: context.dir, data, env: faults.env });
    try {
      await ward.open();
      return await judged({ ward, faults, disk, context }, harm);
    } finally {
      await ward.close();
      faults.close();
      disk?.unmount();
    }
  },
});

async function judged(stage: Stage, harm: Fault['harm']): Promise<TrialResult> {
  const { ward, context } = stage;
  const answers = new Answers(ward);
  const normal = await answers.normal();
  answers.start();
  const { injected, recovery } = await harmed(stage, harm).finally(() => answers.stop());
  const disturbance = Math.max(0, answers.longest - normal);
  within('recovery', recovery, context.short ? RECOVERY_SHORT : RECOVERY);
  within(
    'an answer of /healthz beyond its normal',
    disturbance,
    (context.short ? ANSWER_SHORT : ANSWER) + 5 * normal,
  );
  return { injected, ...(await ward.judge()), disturbance, recovery };
}

async function harmed(stage: Stage, harm: Fault['harm']): Promise<{ injected: string; recovery: Ms }> {
  const injected = await harm(stage);
  stage.faults.end();
  return { injected, recovery: await stage.ward.heardAgain() };
}

/** Judges something all the same: that this machine cannot show it. */
const skipped = (why: string): TrialResult => ({
  ...{ injected: `skipped: ${why}`, wrong: 0, lost: 0, disturbance: null, recovery: null, judged: 1 },
});

function within(what: string, took: Ms, limit: Ms): void {
  if (took > limit) throw new Error(`${what} took ${Math.round(took)} ms, at most ${limit} are allowed`);
}

/** Asks the gateway all the time how it is. */
class Answers {
  readonly #ward: Ward;
  longest: Ms = 0;
  #asking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(ward: Ward) {
    this.#ward = ward;
  }

  /** How long an answer takes on this machine, as busy as it is. */
  async normal(): Promise<Ms> {
    const times: Ms[] = [];
    for (let n = 0; n < 10; n++) times.push((await this.#ward.health()).took);
    return Math.max(...times);
  }

  start(): void {
    this.#asking = this.#ask();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#asking;
  }

  async #ask(): Promise<void> {
    while (!this.#stopped) {
      // A gateway that was killed answers nobody: the trial itself starts it again.
      const { took } = await this.#ward.health().catch(() => ({ took: 0 }));
      this.longest = Math.max(this.longest, took);
      await realClock.sleep(PERIOD);
    }
  }
}

const complains = (ward: Ward, words: RegExp): Promise<unknown> =>
  until(`/healthz says ${words}`, async () => {
    const { status, complaints } = await ward.health();
    return status === 503 && complaints.some((complaint) => words.test(complaint));
  });

/** What a person does is an event in the journal, and the alarm's new state in its store. */
async function acknowledge(ward: Ward, rule: string): Promise<void> {
  const { alarms } = await ward.client.get<{ alarms: Alarm[] }>('/api/v1/alarms?state=open');
  const alarm = alarms.find((candidate) => candidate.rule.id === rule);
  if (alarm === undefined) throw new Error(`there is no alarm ${rule}`);
  await ward.client.post(`/api/v1/alarms/${alarm.id}/acknowledge`, { comment: 'seen' });
}

/** As long as it takes to see that the boxes go on; in a long run as long as the fault deserves. */
const last = ({ short }: TrialContext, long: Ms): Promise<void> => realClock.sleep(short ? 3 * PERIOD : long);

const fullDisk = trial({
  name: 'full disk: another program takes the last byte',
  smallDisk: true,
  async harm({ ward, disk, context }) {
    disk?.fill(0);
    await complains(ward, /readings are refused/);
    await ward.told('raised [Critical] Ward gateway: the disk is full');
    await ward.logIn();
    await acknowledge(ward, 'disk-full');
    await last(context, 20 * SECOND);
    const refused = await ward.metric('hygate_connections_refused_total{reason="disk-full"}');
    if (refused === 0) throw new Error('no reading was refused for want of room');
    disk?.empty();
    return `0 bytes left, alarm told and acknowledged, log-in worked, ${refused} sendings refused`;
  },
});

const lowDisk = trial({
  name: 'disk nearly full: told before anything is refused',
  smallDisk: true,
  async harm({ ward, disk }) {
    disk?.fill(5 * 2 ** 20);
    await ward.told('raised [Warning] Ward gateway: disk space is low');
    await ward.heardAgain();
    if ((await ward.health()).status !== 200)
      throw new Error('the gateway complains of a disk that has room');
    disk?.empty();
    await ward.told('cleared [Cleared] Ward gateway: disk space is low');
    return '5 of 64 MiB left, readings go on';
  },
});

const slowSync = trial({
  name: 'each fsync takes long',
  async harm({ ward, faults, context }) {
    const delayMs = context.short ? 500 : 2 * SECOND;
    const hits = faults.begin({ path: ward.data, ops: ['sync'], delayMs });
    const [box] = ward.boxes;
    for (const one of ward.boxes) one.takeLongest();
    if (box !== undefined) box.temperature = 9;
    const since = realClock.monotonic();
    await ward.told('far too high');
    const told = realClock.monotonic() - since;
    if (box !== undefined) box.temperature = null;
    const waited = Math.max(...ward.boxes.map((one) => one.takeLongest()));
    // Journal, alarm store and outbox sync one after the other, and each may have begun just before; some of them twice.
    within('the message of an alarm', told, 12 * delayMs + 2 * SECOND);
    within('an acknowledgement', waited, 6 * delayMs + 2 * SECOND);
    return `${delayMs} ms, ${hits()} of them; acknowledged in ${Math.round(waited)} ms, alarm told in ${Math.round(told)} ms at most`;
  },
});

const syncError = (times: number): FaultTrial =>
  trial({
    name: `fsync fails ${times === 1 ? 'once' : `${times} times`}`,
    async harm({ ward, faults }) {
      const hits = faults.begin({ path: 'segment-', ops: ['sync'], error: 'EIO', times });
      await until('it has failed', () => hits() >= times);
      await ward.told('raised [Critical] Ward gateway: the disk cannot be written');
      await ward.told('cleared [Cleared] Ward gateway: the disk cannot be written');
      return `EIO, ${hits()} times, then well`;
    },
  });

const remounted = trial({
  name: 'disk becomes read-only, and writable again',
  async harm({ ward, faults, context }) {
    faults.begin(readOnly(`${ward.data}/`));
    await complains(ward, /cannot be written/);
    await ward.told('raised [Critical] Ward gateway: the disk cannot be written');
    await ward.logIn();
    await last(context, 20 * SECOND);
    return 'EROFS of every write; people told, log-in worked';
  },
});

const gone = trial({
  name: 'disk answers nothing but errors, and comes back',
  async harm({ ward, faults, context }) {
    const ops = ['read', 'write', 'sync', 'open', 'change'] as const;
    faults.begin({ path: `${ward.data}/journal`, ops, error: 'EIO' });
    await complains(ward, /cannot be written/);
    await ward.told('raised [Critical] Ward gateway: the disk cannot be written');
    await last(context, 40 * SECOND);
    return 'EIO of every call on the journal; people told';
  },
});

const tornWrite = trial({
  name: 'the power fails in the middle of a write',
  async harm({ ward, faults, context }) {
    const tornAt = 1 + ((context.seed * 7919) % 1000);
    faults.begin({ path: 'sqlite-wal', ops: ['write'], tornAt, times: 1 });
    const { signal } = await ward.hygate.exited;
    if (signal !== 'SIGKILL') throw new Error('the gateway did not die of the torn write');
    faults.end();
    await ward.run();
    return `the process dies after ${tornAt} bytes of a page of the log`;
  },
});

const alarmStoreFails = trial({
  name: 'the file of alarms cannot be written',
  async harm({ ward, faults, context }) {
    faults.begin({ path: 'alarms.sqlite', ops: ['write', 'sync'], error: 'EIO' });
    const [box] = ward.boxes;
    if (box !== undefined) box.temperature = 9;
    await ward.told('far too high');
    await complains(ward, /in memory only/);
    await last(context, 20 * SECOND);
    faults.end();
    await until('saved again', async () => (await ward.health()).status === 200);
    await ward.hygate.stop('SIGKILL');
    await ward.run();
    const lasting = await ward.lasting();
    if (!lasting.includes('high-high')) throw new Error('the alarm raised meanwhile is forgotten');
    if (box !== undefined) box.temperature = null;
    const raised = ward.messages.filter(
      (text) => text.startsWith('raised') && text.includes('far too high'),
    ).length;
    if (raised !== 1) throw new Error(`the alarm was told ${raised} times`);
    return 'EIO of every write; alarm told at once and once, kept over a kill -9 afterwards';
  },
});

const alarmStoreDamaged = trial({
  name: 'the file of alarms is damaged',
  async harm({ ward }) {
    const [box] = ward.boxes;
    if (box !== undefined) box.temperature = 9;
    await ward.told('far too high');
    await ward.hygate.stop('SIGKILL');
    // In the log, too: SQLite mends a page of the file by itself when a good copy of it still lies there.
    for (const name of ['alarms.sqlite', 'alarms.sqlite-wal']) {
      const file = join(ward.data, name);
      await writeFile(file, (await readFile(file)).fill(0x5a));
    }
    await ward.run();
    await ward.told('raised [Critical] Ward gateway: the file of alarms was damaged');
    await complains(ward, /alarms\.sqlite\.damaged/);
    await until('what lasts is an alarm again', async () => (await ward.lasting()).includes('high-high'));
    if (box !== undefined) box.temperature = null;
    return 'overwritten; set aside, what lasted was raised again';
  },
});

export const subject: Subject = {
  name: 'disk',
  trials: [
    ...[fullDisk, lowDisk, slowSync, syncError(1), syncError(6), remounted, gone],
    ...[tornWrite, alarmStoreFails, alarmStoreDamaged],
  ],
};
