import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Sample } from '#model/reading';
import type { OpcuaLink } from '#model/site';
import { type Ms, realClock, SECOND } from '#model/time';
import { createOpcuaSource } from '../../collectors/protocols/opcua/source.ts';
import type { PushSource } from '../../collectors/source.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { freePort } from '../kit/free-port.ts';
import { opcuaDevice } from '../kit/opcua-device.ts';
import { until } from '../kit/until.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

const CHILD = new URL('../kit/opcua-child.ts', import.meta.url);
const PERIOD: Ms = SECOND;
/** After a few quick ones, attempts come at most seven seconds apart; the server's own start is not ours. */
const LONGEST_RECOVERY: Ms = 2 * PERIOD + 7 * SECOND;
const SLACK: Ms = 3 * SECOND;

/** Certificates take seconds to make on a busy machine: one set serves all trials. */
const pki = mkdtempSync(join(tmpdir(), 'hygate-fault-opcua-'));
process.once('exit', () => rmSync(pki, { recursive: true, force: true }));

/** What a server child says of itself. */
interface ServerSaid {
  readonly port?: number;
  readonly sessions?: number;
  readonly fingerprint?: string;
}

/** An OPC UA server in a process of its own whose node `Fast` counts, 20 times a second. */
class ServerChild {
  readonly #dir: string;
  readonly port: number;
  /** Sessions that were created in all its lives. */
  sessions = 0;
  fingerprint = '';
  #child: ChildProcess | undefined;

  constructor(dir: string, port: number) {
    this.#dir = dir;
    this.port = port;
  }

  async start(identity = 'server'): Promise<void> {
    const child = fork(CHILD, [join(this.#dir, identity), String(this.port)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    let ready = false;
    child.on('message', (said: ServerSaid) => {
      if (said.sessions !== undefined) this.sessions += said.sessions;
      if (said.fingerprint !== undefined) this.fingerprint = said.fingerprint;
      if (said.port !== undefined) ready = true;
    });
    await until('the OPC UA server starts', () => ready);
  }

  /** `end-sessions`, `end-subscriptions`, `hide`, `show`. */
  tell(order: string): void {
    this.#child?.send(order);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}

/** One device on the server, and what it brought. */
interface Heard {
  readonly source: PushSource;
  readonly samples: Sample[];
  why: string;
  up: boolean;
  /** When the counting value came last, and how often a read brought everything; monotonic. */
  goodAt: Ms;
  reads: number;
  points: number;
}

function listen(dir: string, port: number, link: Partial<OpcuaLink>): Heard {
  const device = opcuaDevice({
    url: `opc.tcp://127.0.0.1:${port}`,
    nodes: { fast: 'Fast', door: 'Door' },
    every: PERIOD,
    link: { acquire: 'subscribe', sampling: 50, timeout: 2 * SECOND, ...link },
  });
  const deps = { clock: realClock, log: silentLog, meter: silentMeter, pkiDir: join(dir, 'pki') };
  const source = createOpcuaSource(device, deps);
  if (!('open' in source)) throw new Error('not a source that pushes');
  const heard: Heard = { source, samples: [], why: '', up: false, goodAt: 0, reads: 0, points: 0 };
  const take = (samples: readonly Sample[]) => {
    heard.samples.push(...samples);
    if (samples.some(({ key, quality }) => key === 'fast' && quality === 'good'))
      heard.goodAt = realClock.monotonic();
  };
  source.open({
    samples: take,
    read: ({ samples }) => {
      heard.reads++;
      heard.points += samples.length;
      take(samples);
    },
    state: (up, why) => Object.assign(heard, { up, why }),
  });
  return heard;
}

interface Stage {
  readonly server: ServerChild;
  readonly proxy: FaultProxy;
  readonly heard: Heard;
  readonly context: TrialContext;
}

interface Fault {
  readonly name: string;
  readonly injected: string;
  readonly link?: Partial<OpcuaLink>;
  /** Resolves when the fault has been noticed, or has been borne long enough. */
  readonly inject: (stage: Stage) => Promise<void>;
  readonly heal: (stage: Stage) => Promise<void> | void;
}

const trial = (fault: Fault): FaultTrial => ({
  name: fault.name,
  async run(context) {
    const server = new ServerChild(pki, await freePort());
    const proxy = new FaultProxy({ target: server.port, seed: context.seed });
    const port = await proxy.start();
    await server.start();
    const heard = listen(pki, port, fault.link ?? {});
    const stage = { server, proxy, heard, context };
    try {
      await until('the server is read', () => heard.goodAt > 0);
      await fault.inject(stage);
      const sessions = server.sessions;
      await fault.heal(stage);
      proxy.heal();
      const recovery = await recoveryOf(heard);
      return {
        ...verdict(heard),
        recovery,
        injected: `${fault.injected}; ${sessions} sessions before, ${server.sessions} after`,
      };
    } finally {
      await heard.source.close();
      await server.kill();
      await proxy.stop();
    }
  },
});

async function recoveryOf(heard: Heard): Promise<Ms> {
  const end = realClock.monotonic();
  await until('values come again', () => heard.up && heard.goodAt > end);
  const took = heard.goodAt - end;
  if (took > LONGEST_RECOVERY + SLACK) throw new Error(`good again only after ${took.toFixed(0)} ms`);
  return took;
}

/** A value is the time of day at which it was written: one that is told as good must be of the time it is told for. */
function verdict({
  samples,
  reads,
  points,
}: Heard): Pick<TrialResult, 'wrong' | 'lost' | 'judged' | 'disturbance'> {
  const good = samples.filter(({ key, quality }) => key === 'fast' && quality === 'good');
  const wrong = good.filter(({ at, value }) => Math.abs((at % 1e9) - (value ?? 0)) > 2 * PERIOD).length;
  // Every read, answered or not, brings one sample of each point.
  return { wrong, lost: 2 * reads - points, judged: samples.length, disturbance: null };
}

const isDown = async ({ heard }: Stage): Promise<void> => {
  await until('it is noticed', () => !heard.up && heard.samples.at(-1)?.quality === 'bad');
};

const FAULTS: readonly Fault[] = [
  {
    name: 'the server is killed and started again',
    injected: 'SIGKILL',
    inject: async (stage) => {
      await stage.server.kill();
      await isDown(stage);
    },
    heal: ({ server }) => server.start(),
  },
  {
    name: 'the server is frozen, its connection alive',
    injected: 'SIGSTOP',
    inject: async (stage) => {
      stage.server.signal('SIGSTOP');
      await isDown(stage);
    },
    heal: ({ server }) => server.signal('SIGCONT'),
  },
  {
    name: 'half-open: the connection stays, nothing arrives',
    injected: 'all bytes swallowed',
    inject: async (stage) => {
      Object.assign(stage.proxy, { up: { swallow: true }, down: { swallow: true }, welcome: 'hold' });
      await isDown(stage);
    },
    heal: () => {},
  },
  {
    name: 'the server ends the session',
    injected: 'session closed by the server',
    inject: async ({ server, heard }) => {
      const before = server.sessions;
      server.tell('end-sessions');
      await until('another session', () => server.sessions > before && heard.up);
    },
    heal: () => {},
  },
  {
    name: 'the server deletes the subscription, the session lives',
    injected: 'subscription ended by the server',
    inject: async ({ server }) => {
      const before = server.sessions;
      server.tell('end-subscriptions');
      await until('it is noticed and rebuilt', () => server.sessions > before);
    },
    heal: () => {},
  },
  {
    name: 'a node disappears and comes back',
    injected: 'node deleted and added',
    inject: async ({ server, heard }) => {
      server.tell('hide');
      await until('it alone is bad', () =>
        heard.samples.slice(-6).some(({ key, quality }) => key === 'door' && quality === 'bad'),
      );
      if (!heard.up) throw new Error('the whole device is down for one node');
    },
    heal: async ({ server, heard }) => {
      server.tell('show');
      const from = heard.samples.length;
      await until('it is good again', () =>
        heard.samples.slice(from).some(({ key, quality }) => key === 'door' && quality === 'good'),
      );
    },
  },
  {
    name: 'answers take 1.5 s',
    injected: '750 ms later in each direction, period 1 s',
    link: { timeout: 8 * SECOND },
    inject: async ({ proxy, heard }) => {
      Object.assign(proxy, { up: { delay: 750 }, down: { delay: 750 } });
      const before = heard.reads;
      await until('some reads', () => heard.reads >= before + 4);
    },
    heal: () => {},
  },
  {
    name: 'a server that flaps: attempts stay bounded',
    injected: 'connections cut as soon as they serve',
    inject: async ({ server, proxy, heard, context }) => {
      const [begun, before] = [realClock.monotonic(), server.sessions];
      const span = context.short ? 6 * SECOND : 60 * SECOND;
      while (realClock.monotonic() - begun < span) {
        if (heard.up) proxy.cut('reset');
        await realClock.sleep(50);
      }
      const sessions = server.sessions - before;
      // Four quick ones (0.5, 1, 2, 4 s) and then one in five seconds at most.
      const allowed = 5 + span / (5 * SECOND);
      if (sessions > allowed) throw new Error(`${sessions} sessions in ${span / SECOND} s`);
    },
    heal: () => {},
  },
];

export const subject: Subject = { name: 'opcua', trials: FAULTS.map(trial) };
