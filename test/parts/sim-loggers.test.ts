import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { parseSamples } from '#model/wire';
import { freePort } from '../kit/free-port.ts';
import { LoopClock } from '../kit/loop-clock.ts';
import { scenarioOf, startSimulation } from '../kit/sim-hospital.ts';

const scenario = scenarioOf('devices: [{ id: box, area: a, driver: mqtt-logger, every: 50ms }]');

interface Sent {
  readonly client: string | undefined;
  readonly topic: string;
  readonly samples: ReturnType<typeof parseSamples>['samples'];
  readonly refused: number;
}

/** A broker that keeps what it acknowledged, and who came with which password. */
class Broker {
  readonly sent: Sent[] = [];
  readonly logins = new Set<string>();
  /** While set, messages are taken and not acknowledged: what was in them is not ours. */
  frozen = false;
  readonly withheld: number[] = [];
  #server: Server | undefined;
  #aedes: Aedes | undefined;
  readonly #sockets = new Set<Socket>();
  port = 0;

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.authenticate = (client, user, password, done) => {
      this.logins.add(`${client.id} ${user} ${password}`);
      done(null, true);
    };
    aedes.authorizePublish = (client, packet, done) => {
      const { samples, refused } = parseSamples(packet.payload.toString());
      if (this.frozen) {
        this.withheld.push(...samples.map(({ at }) => at));
        return;
      }
      this.sent.push({ client: client?.id, topic: packet.topic, samples, refused: refused.length });
      done(null);
    };
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      aedes.handle(socket);
    });
    if (this.port === 0) this.port = await freePort();
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.#aedes = aedes;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes?.close(() => resolve()));
  }

  get times(): number[] {
    return this.sent.flatMap(({ samples }) =>
      samples.filter(({ key }) => key === 'temp').map(({ at }) => at),
    );
  }
}

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options = {}) {
  const broker = new Broker();
  await broker.start();
  closing.push(() => broker.stop());
  // The logger measures on, however busy the machine.
  const clock = new LoopClock();
  closing.push(async () => clock.stop());
  const started = await startSimulation(scenario, {
    clock,
    brokerUrl: `mqtt://127.0.0.1:${broker.port}`,
    ...options,
  });
  closing.push(started.end);
  return { broker, simulation: started.simulation };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

test('a logger logs in as the site file says and sends its own readings to its own topic', async () => {
  const { broker, simulation } = await start();
  await until(() => expect(broker.times.length).toBeGreaterThan(2));
  const { devices } = parse(simulation.siteFile()) as {
    devices: { login: { user: string; password: string } }[];
  };
  const login = devices[0]?.login;
  expect([...broker.logins]).toEqual([`box ${login?.user} ${login?.password}`]);
  expect(login?.password.length).toBeGreaterThan(10);
  expect(new Set(broker.sent.map(({ topic }) => topic))).toEqual(new Set(['hygate/t/in/box']));
  expect(broker.sent.every(({ refused }) => refused === 0)).toBe(true);
  const [temp, battery] = broker.sent[0]?.samples ?? [];
  expect(temp).toMatchObject({ key: 'temp', quality: 'good' });
  expect(battery).toMatchObject({ key: 'battery', quality: 'good' });
});

test('while the broker is away everything is kept, and all of it arrives, old times and all, once', async () => {
  const { broker, simulation } = await start();
  await until(() => expect(broker.times.length).toBeGreaterThan(2));
  await broker.stop();
  await until(() => expect(simulation.waiting('box')).toBeGreaterThan(40));
  const seen = broker.times.length;
  await broker.start();
  await until(() => expect(simulation.waiting('box')).toBeLessThan(4));
  await until(() => expect(broker.times.length).toBeGreaterThan(seen + 15));
  const times = broker.times;
  // The one message in flight when the broker went may come twice: its acknowledgement was lost, not it.
  const distinct = [...new Set(times)];
  expect(times.length - distinct.length).toBeLessThan(3);
  expect(distinct).toEqual([...distinct].sort((a, b) => a - b));
  const steps = distinct.slice(1).map((time, index) => time - (distinct[index] ?? 0));
  // No hole of a second, although the broker was away for two: nothing that was measured is missing.
  expect(Math.max(...steps)).toBeLessThan(1_000);
});

test('a logger that is out of reach writes into its memory and empties it when it is back', async () => {
  const { broker, simulation } = await start();
  await until(() => expect(broker.times.length).toBeGreaterThan(0));
  await simulation.fault('box', 'offline');
  const before = broker.sent.length;
  await until(() => expect(simulation.waiting('box')).toBeGreaterThan(20));
  expect(broker.sent.length - before).toBeLessThanOrEqual(1);
  await simulation.clear('box', 'offline');
  await until(() => expect(broker.sent.some(({ samples }) => samples.length > 20)).toBe(true));
  await until(() => expect(simulation.waiting('box')).toBeLessThan(4));
});

test('what a broker took and never acknowledged comes again over the next connection', async () => {
  const { broker, simulation } = await start();
  await until(() => expect(broker.times.length).toBeGreaterThan(0));
  broker.frozen = true;
  await until(() => expect(broker.withheld.length).toBeGreaterThan(0));
  await simulation.fault('box', 'offline');
  broker.frozen = false;
  await simulation.clear('box', 'offline');
  await until(() => expect(broker.times).toEqual(expect.arrayContaining(broker.withheld)));
});

test('duplicate sends come twice alike', async () => {
  const { broker, simulation } = await start();
  await simulation.fault('box', 'duplicate-sends');
  await until(() => {
    const counts = Map.groupBy(broker.times, (time) => time);
    expect([...counts.values()].filter((same) => same.length === 2).length).toBeGreaterThan(2);
  });
});

test('a wrong clock stamps the past, a broken sensor says that it is broken', async () => {
  const { broker, simulation } = await start();
  await simulation.fault('box', 'wrong-clock', { offset: -3_600_000 });
  await until(() => expect(broker.times.some((time) => time < Date.now() - 3_500_000)).toBe(true));
  await simulation.clear('box', 'wrong-clock');
  await simulation.fault('box', 'sensor-nan', { point: 'temp' });
  await until(() => {
    const bad = broker.sent.flatMap(({ samples }) => samples).filter(({ quality }) => quality === 'bad');
    expect(bad[0]).toMatchObject({ key: 'temp', value: null, reason: 'sensor-fault' });
  });
});
