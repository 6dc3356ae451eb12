import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ms } from '#model/time';
import { setAsidePath } from '../../gateway/forward/influx/forwarder.ts';
import { SetAside } from '../../gateway/forward/influx/set-aside.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { ForwardRig, type Verdict, v1Target, v2Target } from '../kit/forward-rig.ts';
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

export const subject: Subject = { name: 'influx', trials: [...ANSWERS, PARTIAL, ...WIRE, ...PEERS] };
