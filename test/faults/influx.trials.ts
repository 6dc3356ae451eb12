import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ms } from '#model/time';
import { setAsidePath } from '../../gateway/forward/influx/forwarder.ts';
import { SetAside } from '../../gateway/forward/influx/set-aside.ts';
import { median } from '../bench/sample.ts';
import { setDrainStage } from '../kit/drain-stage.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { ForwardRig, type Verdict, v1Target, v2Target } from '../kit/forward-rig.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import {
  INFLUX_ADMIN,
  INFLUX_DATABASE,
  type InfluxPeer,
  queryInflux,
  startInfluxd,
  startVictoria,
} from '../kit/influx-peers.ts';
import { until } from '../kit/until.ts';
import { type Answer, InfluxStore, type Mood, status } from './influx-store.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

/** Rows of 50 readings before, during and after the fault. */
const BEFORE = 20;
const DURING = 30;
const AFTER = 10;
/** More than the longest delay between two tries, on a slow machine. */
const RECOVERY_WITHIN: Ms = 30_000;

interface Stage {
  readonly rig: ForwardRig;
  /** Begins the fault, lets it last and ends it; while it lasts the rig appends. */
  readonly fault: (duringFault: () => Promise<void>) => Promise<void>;
  readonly look: () => Promise<Verdict>;
}

/** Forwards, breaks, mends, and waits until everything that was written is there. */
async function play({ rig, fault, look }: Stage): Promise<Omit<TrialResult, 'injected'>> {
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

interface StoreTrial {
  readonly name: string;
  readonly injected: string;
  /** Given anew for each trial. */
  readonly mood: (context: TrialContext) => Mood;
  /** How the mood ends: after so many requests, or after this time. */
  readonly requests?: number;
  readonly influx?: object;
}

/** A trial against the scripted server, for answers that no real one gives on demand. */
function storeTrial({ name, injected, mood, requests = 3, influx = {} }: StoreTrial): FaultTrial {
  return {
    name,
    async run(context) {
      const store = new InfluxStore();
      await store.start();
      const rig = await ForwardRig.open({
        dir: context.dir,
        influx: v2Target(store.url, { batch: 500, ...influx }),
      });
      try {
        const result = await play({
          rig,
          look: async () => rig.judge(store.rows()),
          async fault(duringFault) {
            const first = store.requests;
            store.mood = mood(context);
            await duringFault();
            const wanted = context.short ? Math.min(2, requests) : requests;
            await until('the fault was met', () => store.requests >= first + wanted);
            store.mood = () => null;
          },
        });
        const disordered = store.disordered();
        if (disordered > 0) throw new Error(`${disordered} points came out of order`);
        if (asideIn(rig) > 0) throw new Error(`${asideIn(rig)} good lines were set aside`);
        return { ...result, injected };
      } finally {
        await rig.stop();
        await store.stop();
      }
    },
  };
}

function asideIn(rig: ForwardRig): number {
  const aside = new SetAside(setAsidePath(rig.dataDir));
  const lines = aside.groups().reduce((sum, group) => sum + group.lines, 0);
  aside.close();
  return lines;
}

const always =
  (answer: Answer): (() => Mood) =>
  () =>
  () =>
    answer;

const json = (code: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer =>
  status(code, { 'content-type': 'application/json', ...headers }, JSON.stringify({ code: 'x', message }));

const answered = (name: string, answer: Answer): FaultTrial =>
  storeTrial({ name: `answers ${name}`, injected: 'every write, 3 times', mood: always(answer) });

const inASecond = (): string => new Date(Date.now() + 1000).toUTCString();

const ANSWERS: readonly FaultTrial[] = [
  answered('400 to everything', json(400, 'unable to parse')),
  answered('401', json(401, 'unauthorized access')),
  answered('403', json(403, 'forbidden')),
  answered('404', json(404, 'bucket "b" not found')),
  answered('422 to everything', json(422, 'unprocessable entity')),
  answered('429, Retry-After in seconds', json(429, 'too many requests', { 'retry-after': '1' })),
  answered('429, Retry-After as a date', (response) => status(429, { 'retry-after': inASecond() })(response)),
  answered('500', json(500, 'internal error')),
  answered('503', json(503, 'unavailable')),
  answered('503 with Retry-After', json(503, 'unavailable', { 'retry-after': '1' })),
  answered('200 with a log-in page', status(200, { 'content-type': 'text/html' }, '<html>')),
  storeTrial({
    name: 'answers 413 above 100 lines',
    injected: 'requests of 500',
    mood: () => (lines) => (lines.length > 100 ? status(413) : null),
  }),
  storeTrial({
    name: 'hangs: accepts, never answers',
    injected: '3 requests, time-out 0.3 s',
    influx: { timeout: '300ms' },
    mood: always(() => undefined),
  }),
  storeTrial({
    name: 'slow: 2 ms a line, time-out 0.5 s',
    injected: 'requests of 500 would take 1 s',
    requests: 8,
    influx: { timeout: '500ms' },
    mood: () => (lines) => (lines.length > 250 ? () => undefined : null),
  }),
  storeTrial({
    name: 'cut in the middle of the answer',
    injected: '3 answers of which half came',
    mood: always((response) => {
      response.writeHead(500, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    }),
  }),
];

/** Good and bad lines mixed: the server stores the good ones, as InfluxDB does, and those that are bad change. */
const PARTIAL: FaultTrial = {
  name: 'partial writes with holes in the middle',
  async run({ dir, seed }) {
    const store = new InfluxStore();
    await store.start();
    const rig = await ForwardRig.open({ dir, influx: v2Target(store.url, { batch: 500 }) });
    // By the line's own text: the same lines are bad however often they come.
    const isBad = (line: string) => (Number(line.slice(-6)) * 31 + seed) % 11 === 0;
    store.mood = (lines) => {
      const bad = lines.filter(isBad).length;
      if (bad === 0) return null;
      store.lines.push(...lines.filter((line) => !isBad(line)));
      return json(400, `partial write: unable to parse ${bad} lines`);
    };
    try {
      await rig.append(BEFORE);
      await rig.startForwarding();
      const aside = new SetAside(setAsidePath(rig.dataDir));
      const kept = () => aside.lines(0, 1e6, null).map(({ line }) => line);
      await until(
        'every line is stored or set aside',
        () => new Set([...store.lines, ...kept()]).size === rig.written.length,
      );
      const [lines, stored] = [kept(), rig.judge(store.rows())];
      aside.close();
      const good = lines.filter((line) => !isBad(line)).length;
      if (good > 0) throw new Error(`${good} good lines were set aside`);
      const injected = `${lines.length} of ${rig.written.length} lines bad`;
      const lost = stored.lost - lines.length;
      return {
        injected,
        wrong: stored.wrong,
        lost,
        disturbance: null,
        recovery: null,
        judged: rig.written.length,
      };
    } finally {
      await rig.stop();
      await store.stop();
    }
  },
};

/** A rig that reaches the real influxd through a proxy that goes wrong. */
async function proxied(
  context: TrialContext,
  work: (rig: ForwardRig, proxy: FaultProxy) => Promise<TrialResult>,
) {
  const peer = await startInfluxd(join(context.dir, 'influxd'));
  const proxy = new FaultProxy({ target: Number(new URL(peer.url).port), seed: context.seed });
  const port = await proxy.start();
  const influx = v1Target(`http://127.0.0.1:${port}`, { timeout: '500ms' });
  const rig = await ForwardRig.open({ dir: context.dir, influx });
  try {
    return await work(rig, proxy);
  } finally {
    await rig.stop();
    await proxy.stop();
    await peer.stop();
  }
}

const wire = (name: string, injected: string, break_: (proxy: FaultProxy) => unknown): FaultTrial => ({
  name,
  run: (context) =>
    proxied(context, async (rig, proxy) => {
      const lasts = context.short ? 700 : 5000;
      const result = await play({
        rig,
        look: () => rig.look(),
        async fault(duringFault) {
          await break_(proxy);
          await duringFault();
          await sleep(lasts);
          await proxy.start();
          proxy.heal();
        },
      });
      return { ...result, injected: `${injected}, ${lasts} ms` };
    }),
});

const WIRE: readonly FaultTrial[] = [
  wire('influxd: connections refused', 'nobody listens', (proxy) => proxy.refuse()),
  wire('influxd: a half-open wire', 'both ways swallowed', (proxy) => {
    proxy.up = { swallow: true };
    proxy.down = { swallow: true };
  }),
  wire('influxd: each new connection is reset', 'reset at accept', (proxy) => {
    proxy.welcome = 'reset';
    proxy.cut('reset');
  }),
];

interface PeerTrial {
  readonly name: string;
  readonly injected: string;
  readonly start: (dir: string) => Promise<InfluxPeer>;
  readonly target: (url: string) => object;
  readonly prepare?: (peer: InfluxPeer) => Promise<void>;
  readonly fault: (peer: InfluxPeer, lasts: Ms) => Promise<void>;
}

const WRITER = 'writer';

const peerTrial = ({ name, injected, start, target, prepare, fault }: PeerTrial): FaultTrial => ({
  name,
  async run({ dir, short }) {
    const peer = await start(join(dir, 'peer'));
    await prepare?.(peer);
    const rig = await ForwardRig.open({ dir, influx: target(peer.url) });
    try {
      const result = await play({
        rig,
        look: () => rig.look(),
        async fault(duringFault) {
          const ending = fault(peer, short ? 600 : 5000);
          await duringFault();
          await ending;
        },
      });
      return { ...result, injected };
    } finally {
      await rig.stop();
      await peer.stop();
    }
  },
});

const killed = async (peer: InfluxPeer, lasts: Ms): Promise<void> => {
  await peer.stop();
  await sleep(lasts);
  await peer.start();
};

const frozen = async (peer: InfluxPeer, lasts: Ms): Promise<void> => {
  peer.signal('SIGSTOP');
  await sleep(lasts);
  peer.signal('SIGCONT');
};

const INFLUXD = { start: startInfluxd, target: (url: string) => v1Target(url, { timeout: '400ms' }) };
const VICTORIA = { start: startVictoria, target: (url: string) => v2Target(url, { timeout: '400ms' }) };

const PEERS: readonly FaultTrial[] = [
  peerTrial({ ...INFLUXD, name: 'influxd: kill -9', injected: 'and started again', fault: killed }),
  peerTrial({ ...INFLUXD, name: 'influxd: frozen', injected: 'SIGSTOP', fault: frozen }),
  peerTrial({
    ...VICTORIA,
    name: 'VictoriaMetrics: kill -9',
    injected: 'with what it had in memory only',
    fault: killed,
  }),
  peerTrial({ ...VICTORIA, name: 'VictoriaMetrics: frozen', injected: 'SIGSTOP', fault: frozen }),
  peerTrial({
    start: startInfluxd,
    target: (url) => v1Target(url, { user: WRITER }),
    name: 'influxd: the password is another for a while',
    injected: 'changed and changed back on the server',
    async prepare({ url }) {
      await queryInflux(url, `CREATE USER ${WRITER} WITH PASSWORD '${INFLUX_ADMIN.password}'`);
      await queryInflux(url, `GRANT ALL ON "${INFLUX_DATABASE}" TO ${WRITER}`);
    },
    async fault({ url }, lasts) {
      await queryInflux(url, `SET PASSWORD FOR ${WRITER} = 'another'`);
      await sleep(lasts);
      await queryInflux(url, `SET PASSWORD FOR ${WRITER} = '${INFLUX_ADMIN.password}'`);
    },
  }),
];

/** A name that nobody knows, until the site file names the server by its address. */
const DNS: FaultTrial = {
  name: 'the name of the server is not known',
  run: (context) =>
    proxied(context, async (rig) => {
      const result = await play({
        rig,
        look: () => rig.look(),
        async fault(duringFault) {
          await rig.stopForwarding();
          const { port } = new URL(rig.target.url);
          await rig.startForwarding({ ...rig.target, url: `http://influx.invalid:${port}` });
          await duringFault();
          await until(
            'it was tried',
            () => (rig.meters.get('hygate_forward_retries_total network') ?? 0) > 0,
          );
          await rig.stopForwarding();
          await rig.startForwarding();
        },
      });
      return { ...result, injected: 'influx.invalid' };
    }),
};

/** The real influxd, a rig on it, and what both are needed for. */
async function onInfluxd(
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

const recreate = async (url: string): Promise<void> => {
  await queryInflux(url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
};

/** What was there before the drop is gone for InfluxDB; what came while it was gone and after must be there. */
const DROPPED: FaultTrial = {
  name: 'influxd: the database is dropped and made anew',
  run: (context) =>
    onInfluxd(context, {}, async (rig, { url }) => {
      await rig.append(BEFORE);
      await rig.startForwarding();
      await until('the first readings are there', async () => (await rig.look()).lost === 0);
      await queryInflux(url, `DROP DATABASE "${INFLUX_DATABASE}"`);
      const gone = rig.written.length;
      await rig.append(DURING);
      await until('it says so', () => rig.meters.get('hygate_forward_paused not-found') === 1);
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

const BEYOND: FaultTrial = {
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

const CONFLICT: FaultTrial = {
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

/** Of the medians, on a machine that also does other things. */
const HELD_UP_AT_MOST: Ms = 250;

const DRAIN: FaultTrial = {
  name: 'a backlog drains beside live data; the gateway is killed meanwhile',
  async run({ dir, short }) {
    const stage = await setDrainStage({ dir, rows: short ? 300 : 20_000 });
    try {
      const { probe, rig } = stage;
      const crossings = short ? 4 : 40;
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

export const subject: Subject = {
  name: 'influx',
  trials: [...ANSWERS, PARTIAL, ...WIRE, DNS, ...PEERS, DROPPED, BEYOND, CONFLICT, DRAIN],
};
