import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Ms, realClock } from '#model/time';
import { loginOf, mosquittoSub, READER } from '../kit/broker.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';
import type { Attack } from './broker-attack.child.ts';
import { BrokerProcess } from './broker-process.ts';
import { Bystander, type Longest, logIn } from './bystander.ts';
import type { FaultTrial, Subject, TrialContext, TrialResult } from './trial.ts';

const ATTACKER = fileURLToPath(new URL('./broker-attack.child.ts', import.meta.url));
/** The claim of the product; a short trial runs beside other tests and is only to tell 250 ms from the 3 s of a broker that waits. */
const STALL: Ms = 250;
const STALL_SHORT: Ms = 2_500;
/** Nothing that is remembered of clients or messages may be seen in the broker's memory. */
/** Resident, garbage that V8 has not looked for included: more of it the longer the load lasts, as in `overload`. */
const GROWTH_MB = { short: 120, long: 600 } as const;
const HEALTHY = Array.from({ length: 40 }, (_, index) => `box-${index}`);
const BOXES = 600;

interface Stage {
  readonly broker: BrokerProcess;
  readonly context: TrialContext;
  /** Runs the attack; resolves with what it measured when it has done all that it does. The attackers stay. */
  readonly attack: (kind: Attack['kind'], count: number) => Promise<Ms>;
}

interface Fault {
  readonly name: string;
  /** Does the harm and checks what must come of it. */
  readonly run: (stage: Stage) => Promise<Pick<TrialResult, 'injected'> & Partial<TrialResult>>;
}

/** A fault of the broker: healthy clients before and during it, and all that they were promised afterwards. */
const trial = ({ name, run }: Fault): FaultTrial => ({
  name,
  async run(context) {
    const broker = new BrokerProcess(context.dir, BOXES);
    const bystander = new Bystander(HEALTHY);
    const ends: (() => Promise<unknown>)[] = [];
    const attack: Stage['attack'] = async (kind, count) => {
      const order: Attack = { kind, port: broker.port, seed: context.seed, count, firstBox: HEALTHY.length };
      const child = fork(ATTACKER, [JSON.stringify(order)]);
      const gone = once(child, 'exit');
      ends.push(async () => {
        if (child.connected) child.disconnect();
        await gone;
      });
      const lost = gone.then(() => Promise.reject(new Error(`the attacker ${kind} died`)));
      lost.catch(() => undefined);
      const [took] = (await Promise.race([once(child, 'message'), lost])) as [Ms];
      return took;
    };
    try {
      await broker.start();
      await bystander.start(broker.port);
      await realClock.sleep(1_200);
      const normal = bystander.longest();
      const memory = await broker.memory();
      const found = await run({ broker, context, attack });
      const during = bystander.longest();
      const growth = (await broker.memory()) - memory;
      const most = context.short ? GROWTH_MB.short : GROWTH_MB.long;
      if (growth > most) throw new Error(`the broker grew by ${growth.toFixed(0)} MB`);
      await bystander.stop();
      const verdict = judge(bystander, await broker.stored());
      const disturbance = beyond(normal, during);
      const allowed = context.short ? STALL_SHORT : STALL;
      if (disturbance > allowed) throw new Error(`others were held up by ${disturbance.toFixed(0)} ms`);
      return { recovery: null, ...found, disturbance, ...verdict };
    } finally {
      for (const end of ends) await end();
      await broker.stop();
    }
  },
});

const beyond = (normal: Longest, during: Longest): Ms =>
  Math.max(0, during.ack - normal.ack, during.silence - normal.silence);

/** The boxes know what they were acknowledged; the journal is asked what it has. */
function judge({ acknowledged }: Bystander, stored: Readonly<Record<string, readonly number[]>>) {
  let [judged, wrong, lost] = [0, 0, 0];
  for (const [id, values] of acknowledged) {
    const found = stored[id] ?? [];
    judged += values.length;
    lost += Math.max(0, values.length - found.length);
    // The last one may be stored and its acknowledgement still on its way.
    wrong += values.filter((value, index) => index < found.length && found[index] !== value).length;
  }
  return { judged, wrong, lost };
}

const frozen: Fault = {
  name: 'a frozen subscriber',
  async run({ broker, context, attack }) {
    const mute = context.short ? 2 : 10;
    await attack('mute', mute);
    const real = without('mosquittoSub')
      ? undefined
      : mosquittoSub(broker.port, READER, 'hygate/ward/alarm/#');
    await broker.alarms(1, 10);
    await until('it listens', () => real === undefined || real.lines.length > 0);
    real?.child.kill('SIGSTOP');
    const stuck = mute + (real === undefined ? 0 : 1);
    let messages = 0;
    try {
      while ((await broker.count('hygate_connections_refused_total slow-reader')) < stuck) {
        await broker.alarms(100, 60_000);
        messages += 100;
        if (messages > 20_000) throw new Error('a subscriber that does not read is never cut off');
      }
    } finally {
      real?.child.kill('SIGKILL');
    }
    const who = real === undefined ? '' : ', one of them mosquitto_sub in SIGSTOP';
    return { injected: `${stuck} subscribers that do not read${who}, ${messages} messages of 60 kB` };
  },
};

/** From now until a box that nobody met yet is let in. */
async function newcomer(port: number): Promise<Ms> {
  const begun = realClock.monotonic();
  await until('a new client is let in', () =>
    logIn(port, loginOf(`box-${BOXES - 1}`)).then(
      (socket) => !socket.destroy().connecting,
      () => false,
    ),
  );
  return realClock.monotonic() - begun;
}

const flood = (name: string, kind: 'strangers' | 'liars', what: string): Fault => ({
  name,
  async run({ broker, context, attack }) {
    const count = context.short ? 2_000 : 10_000;
    const took = await attack(kind, count);
    const recovery = await newcomer(broker.port);
    // Silent ones are cut after 5 s; wrong passwords are answered after one.
    if (recovery > 15_000) throw new Error(`a new client was let in only after ${recovery.toFixed(0)} ms`);
    return { injected: `${count} ${what} in ${(took / 1000).toFixed(1)} s`, recovery };
  },
});

const noAck: Fault = {
  name: 'a client that never acknowledges',
  async run({ broker, context, attack }) {
    const [clients, messages] = context.short ? [10, 500] : [50, 5_000];
    await attack('no-ack', clients);
    await broker.alarms(messages, 10_000);
    return {
      injected: `${clients} subscribers with QoS 1 and 2 without PUBACK, ${messages} messages of 10 kB`,
    };
  },
};

const offline: Fault = {
  name: 'offline sessions',
  async run({ broker, context, attack }) {
    const [clients, messages] = context.short ? [50, 500] : [200, 5_000];
    await attack('leavers', clients);
    await broker.alarms(messages, 10_000);
    return {
      injected: `${clients} clients that asked for a session and left, ${messages} messages of 10 kB`,
    };
  },
};

const poison: Fault = {
  name: 'a poison publisher',
  async run({ broker, context, attack }) {
    const tiny = context.short ? 20_000 : 100_000;
    await attack('poison', tiny);
    const chatter = `box-${HEALTHY.length}`;
    const stored = (await broker.stored())[chatter]?.length ?? 0;
    if (stored !== tiny) throw new Error(`of ${tiny} acknowledged readings ${stored} are stored`);
    const cut = () => broker.count('hygate_connections_refused_total too-large');
    await until('oversized packets are refused', async () => (await cut()) > 0);
    return { injected: `${tiny} tiny messages of one client, ${tiny / 500} poisonous ones of others` };
  },
};

const herd: Fault = {
  name: '500 loggers at once',
  async run({ broker, attack }) {
    const recovery = await attack('herd', 500);
    const stored = await broker.stored();
    const brought = Object.entries(stored).filter(([id]) => !HEALTHY.includes(id));
    const readings = brought.reduce((sum, [, values]) => sum + values.length, 0);
    if (readings !== 5_000) throw new Error(`of 5000 acknowledged readings ${readings} are stored`);
    return { injected: '500 boxes log in at once from one address, each with 10 readings', recovery };
  },
};

export const subject: Subject = {
  name: 'broker',
  trials: [
    frozen,
    flood('a flood of connections', 'strangers', 'connections that say nothing'),
    flood('a flood of wrong passwords', 'liars', 'logins with wrong passwords'),
    noAck,
    offline,
    poison,
    herd,
  ].map(trial),
};
