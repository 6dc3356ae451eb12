import type { OpcuaLink } from '#model/site';
import { type Ms, realClock, SECOND } from '#model/time';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { until } from '../kit/until.ts';
import { isCounting, OpcuaEar, PERIOD } from './opcua-ear.ts';
import { type OpcuaServerChild, opcuaServerChild } from './opcua-server-child.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

/** After a few quick ones, attempts come at most seven seconds apart; the server's own start is not ours. */
const LONGEST_RECOVERY: Ms = 2 * PERIOD + 7 * SECOND;
const SLACK: Ms = 3 * SECOND;

/** One server serves all trials, since its start and its certificates take seconds. */
let shared: Promise<OpcuaServerChild> | undefined;

async function sharedServer(): Promise<OpcuaServerChild> {
  shared ??= opcuaServerChild();
  const server = await shared;
  await server.start();
  return server;
}

interface Stage {
  readonly server: OpcuaServerChild;
  readonly proxy: FaultProxy;
  readonly context: TrialContext;
  /** Of this run of the gateway; those of the runs before are closed. */
  ear: OpcuaEar;
  readonly ears: OpcuaEar[];
  /** The gateway starts anew, with this in its site file. */
  restart(link: Partial<OpcuaLink>): Promise<void>;
}

interface Fault {
  readonly name: string;
  readonly injected: string;
  readonly link?: (server: OpcuaServerChild) => Partial<OpcuaLink>;
  /** Resolves when the fault has been noticed, or has been borne long enough. */
  readonly inject: (stage: Stage) => Promise<void>;
  readonly heal: (stage: Stage) => Promise<void> | void;
}

async function stageOf(fault: Fault, context: TrialContext): Promise<Stage> {
  const server = await sharedServer();
  const { dir } = server;
  const proxy = new FaultProxy({ target: server.port, seed: context.seed });
  const port = await proxy.start();
  const ear = new OpcuaEar();
  ear.open({ dir, port, link: fault.link?.(server) ?? {} });
  const ears = [ear];
  const restart = async (link: Partial<OpcuaLink>) => {
    await stage.ear.close();
    stage.ear = new OpcuaEar();
    ears.push(stage.ear);
    stage.ear.open({ dir, port, link });
  };
  const stage: Stage = { server, proxy, context, ear, ears, restart };
  return stage;
}

const trial = (fault: Fault): FaultTrial => ({
  name: fault.name,
  async run(context) {
    const stage = await stageOf(fault, context);
    const { server, proxy, ears } = stage;
    const first = server.sessions;
    try {
      await until('the server is read', () => stage.ear.goodAt > 0);
      await fault.inject(stage);
      const before = server.sessions - first;
      await fault.heal(stage);
      proxy.heal();
      const recovery = await recoveryOf(stage);
      const sessions = `${before} sessions before, ${server.sessions - first} after`;
      return { ...verdict(ears), recovery, injected: `${fault.injected}; ${sessions}` };
    } finally {
      // A trial that failed may have left it frozen.
      server.signal('SIGCONT');
      await stage.ear.close();
      await proxy.stop();
    }
  },
});

async function recoveryOf({ ear }: Stage): Promise<Ms> {
  const healed = realClock.monotonic();
  await until('values come again', () => ear.up && ear.goodAt > healed);
  const took = ear.goodAt - healed;
  if (took > LONGEST_RECOVERY + SLACK) throw new Error(`good again only after ${took.toFixed(0)} ms`);
  return took;
}

/** A value is the time of day at which it was written: one that is told as good must be of the time it is told for. */
function verdict(ears: readonly OpcuaEar[]): Pick<TrialResult, 'wrong' | 'lost' | 'judged' | 'disturbance'> {
  const samples = ears.flatMap((ear) => ear.samples);
  const good = samples.filter(isCounting);
  const wrong = good.filter(({ at, value }) => Math.abs((at % 1e9) - (value ?? 0)) > 2 * PERIOD).length;
  // Every read, answered or not, brings one sample of each point.
  const lost = ears.reduce((sum, { reads, points }) => sum + 2 * reads - points, 0);
  return { wrong, lost, judged: samples.length, disturbance: null };
}

const isDown = async ({ ear }: Stage): Promise<void> => {
  await until('it is noticed', () => !ear.up && ear.samples.at(-1)?.quality === 'bad');
};

/** Four quick attempts (after 0.5, 1, 2, 4 s) and then one in five seconds at most. */
const attemptsWithin = (span: Ms): number => 5 + span / (5 * SECOND);

/** Bears a state in which the server lets nobody in, and sees that it is not stormed and that nothing is read. */
async function bear({ proxy, ear, context }: Stage): Promise<void> {
  const [begun, before, from] = [realClock.monotonic(), proxy.connections, ear.samples.length];
  const span = context.short ? 1.5 * SECOND : 60 * SECOND;
  await until('it was borne', () => realClock.monotonic() - begun > span, 2 * span);
  // The endpoints are asked for on a connection of its own.
  const attempts = (proxy.connections - before) / 2;
  if (attempts > attemptsWithin(span)) throw new Error(`${attempts} attempts in ${span / SECOND} s`);
  if (ear.samples.slice(from).some(({ quality }) => quality !== 'bad')) throw new Error('a value was read');
}

const trusting = ({ fingerprint }: OpcuaServerChild): Partial<OpcuaLink> => ({
  security: 'sign-and-encrypt',
  serverFingerprint: fingerprint,
});

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
    inject: async ({ server, ear }) => {
      const before = server.sessions;
      server.tell('end-sessions');
      await until('another session', () => server.sessions > before && ear.up);
    },
    heal: () => {},
  },
  {
    name: 'the server deletes the subscription, the session lives',
    injected: 'subscription ended by the server',
    inject: async ({ server, ear }) => {
      const before = server.sessions;
      server.tell('end-subscriptions');
      // Reads go on being answered: only what is no longer published tells.
      await until('its clock is missed', () => !ear.up && ear.why.includes('clock has not ticked'));
      await until('it is noticed and rebuilt', () => server.sessions > before);
    },
    heal: () => {},
  },
  {
    name: 'a node disappears and comes back',
    injected: 'node deleted and added',
    inject: async ({ server, ear }) => {
      server.tell('hide');
      // A read that was not answered in time is bad as a whole: that is not it.
      const isOf = (key: string, quality: string) =>
        ear.newest.some((sample) => sample.key === key && sample.quality === quality);
      await until('it alone is bad', () => ear.up && isOf('door', 'bad') && isOf('fast', 'good'));
    },
    heal: async ({ server, ear }) => {
      server.tell('show');
      const from = ear.samples.length;
      await until('it is good again', () =>
        ear.samples.slice(from).some(({ key, quality }) => key === 'door' && quality === 'good'),
      );
    },
  },
  {
    name: 'answers take 1.5 s',
    injected: '750 ms later in each direction, period 1 s',
    link: () => ({ timeout: 8 * SECOND }),
    inject: async ({ proxy, ear }) => {
      Object.assign(proxy, { up: { delay: 750 }, down: { delay: 750 } });
      const before = ear.reads;
      await until('some reads', () => ear.reads >= before + 3);
    },
    heal: () => {},
  },
  {
    name: 'a server that flaps: attempts stay bounded',
    injected: 'connections cut as soon as they serve',
    inject: async ({ server, proxy, ear, context }) => {
      const [begun, before] = [realClock.monotonic(), server.sessions];
      const span = context.short ? 3 * SECOND : 60 * SECOND;
      const cut = () => {
        if (ear.up) proxy.cut('reset');
        return realClock.monotonic() - begun > span;
      };
      await until('it has flapped enough', cut, 2 * span);
      const sessions = server.sessions - before;
      if (sessions > attemptsWithin(span)) throw new Error(`${sessions} sessions in ${span / SECOND} s`);
    },
    heal: () => {},
  },
  {
    name: 'polled: the server is frozen, its connection alive',
    injected: 'SIGSTOP, time-out 1 s',
    link: () => ({ acquire: 'poll', timeout: SECOND }),
    inject: async (stage) => {
      const { server, ear } = stage;
      const [from, before] = [realClock.monotonic(), ear.reads + ear.skipped];
      server.signal('SIGSTOP');
      await isDown(stage);
      const took = realClock.monotonic() - from;
      if (took > 2 * PERIOD + SLACK) throw new Error(`bad only after ${took.toFixed(0)} ms`);
      // Each period goes on to be told: a bad sample of each point, or that no read took place.
      const told = () => ear.reads + ear.skipped - before;
      await until('more periods are told', () => told() >= 5);
      const periods = (realClock.monotonic() - from) / PERIOD;
      if (told() < Math.floor(periods) - 2)
        throw new Error(`${told()} of ${periods.toFixed(1)} periods told`);
    },
    heal: ({ server }) => server.signal('SIGCONT'),
  },
  {
    name: 'a server that has no session free',
    injected: 'BadTooManySessions',
    inject: async (stage) => {
      const { server, ear } = stage;
      server.tell('refuse-sessions');
      server.tell('end-sessions');
      await until('the state says so', () => !ear.up && ear.why.includes('no session free'));
      await bear(stage);
    },
    heal: ({ server }) => server.tell('allow-sessions'),
  },
  // The last, as the server that the trials share is another one afterwards.
  {
    name: 'a changed certificate: refused until the site file trusts it',
    injected: 'SIGKILL, started with another key',
    link: trusting,
    inject: async (stage) => {
      const { server, ear } = stage;
      const trusted = server.fingerprint;
      await server.kill();
      await server.start('changed');
      if (server.fingerprint === trusted) throw new Error('the certificate is the same');
      const named = () => [trusted, server.fingerprint].every((fingerprint) => ear.why.includes(fingerprint));
      await until('the state names both certificates', () => !ear.up && named());
      await bear(stage);
    },
    heal: (stage) => stage.restart(trusting(stage.server)),
  },
];

export const subject: Subject = {
  name: 'opcua',
  trials: FAULTS.map(trial),
  end: async () => (await shared)?.end(),
};
