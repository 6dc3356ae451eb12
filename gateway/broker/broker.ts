import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { AlarmEvent } from '#model/alarm';
import type { ReportCondition } from '#model/condition';
import type { Journal } from '#model/journal';
import type { Live } from '#model/live';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import type { MqttClient, Site } from '#model/site';
import { type Clock, MINUTE, type Ms, SECOND, type Timer } from '#model/time';
import { type Topics, topicsOf } from '#model/topic';
import { makePacketIdsAsNeeded } from '../runtime/packet-ids.ts';
import { Admission } from './admission.ts';
import { Announcements } from './announcements.ts';
import { accountsOf } from './authentication.ts';
import { Connections } from './connections.ts';
import { Cut, type CutReason } from './cut.ts';
import { Door } from './door.ts';
import { listen, portOf } from './listen.ts';
import { LiveTopics, type Outgoing } from './live-topics.ts';
import { Overload } from './overload.ts';
import { Persistence } from './persistence.ts';
import { Presence } from './presence.ts';
import { maySubscribe } from './rights.ts';
import { Subscriptions } from './subscriptions.ts';
import { Throttle } from './throttle.ts';

makePacketIdsAsNeeded();

/** Clients at a time beyond those that the site knows. */
const MAX_GUESTS = 1_000;
const CONNECT_WITHIN: Ms = 5 * SECOND;
/** Longest wait for a subscriber whose buffer is full. It never is (see Connection); this is the second line. */
const DRAIN_WITHIN: Ms = 3 * SECOND;
/** Messages in delivery at a time, to all subscribers together. */
const CONCURRENCY = 500;
/** Half-open QoS 2 hand-shakes of one client. */
const MAX_QOS2 = 100;
/** `hygate/<site>/now/<device>/<point>` has five levels. */
const MAX_LEVELS = 8;
/** MQTT 3.1 allowed 23 characters; ids of that age are longer in practice. */
const MAX_CLIENT_ID = 65_535;
const GUARD_EVERY: Ms = 250;
const STOP_WITHIN: Ms = 2 * SECOND;

export interface BrokerOptions {
  readonly site: Site;
  readonly journal: Journal;
  readonly live: Live;
  /** Credentials that the gateway made for its own collectors. */
  readonly extraClients: readonly MqttClient[];
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  /** Told of overload. */
  readonly report?: ReportCondition;
  /** Told of loggers that are not connected. */
  readonly onOutage?: ReportOutage;
}

/** The MQTT 3.1.1 broker: readings come in through its one door; live values, alarms and the status go out. */
export class Broker implements Part {
  readonly name = 'broker';
  readonly #options: BrokerOptions;
  readonly #topics: Topics;
  readonly #admission: Admission;
  readonly #door: Door;
  readonly #overload: Overload;
  readonly #presence: Presence;
  readonly #liveTopics: LiveTopics;
  readonly #announcements: Announcements;
  readonly #aedes: Aedes;
  readonly #connections: Connections;
  readonly #maxConnections: number;
  readonly #subscriptions = new Subscriptions();
  readonly #readers = new Set<Client>();
  readonly #cut = new WeakSet<Client>();
  readonly #cutReports = new Throttle<string>(MINUTE);
  #server: Server | undefined;
  #guard: Timer | undefined;

  constructor(options: BrokerOptions) {
    this.#options = options;
    const { site, extraClients, clock } = options;
    this.#topics = topicsOf(site.id);
    const accounts = accountsOf(site, extraClients);
    this.#connections = new Connections(accounts.size);
    this.#maxConnections = MAX_GUESTS + accounts.size;
    this.#admission = new Admission({ accounts, topics: this.#topics, clock });
    this.#overload = new Overload(options);
    this.#presence = new Presence(options);
    this.#door = new Door({ ...options, topics: this.#topics, hold: (full) => this.#connections.hold(full) });
    const send = (message: Outgoing) => this.#publish(message, false);
    this.#liveTopics = new LiveTopics({ ...options, topics: this.#topics, send });
    this.#announcements = new Announcements({
      ...{ topics: this.#topics, clock },
      send: (message, retain) => this.#publish(message, retain),
    });
    this.#aedes = this.#broker();
  }

  /** The port that is listened on; 0 when not serving. */
  get port(): number {
    return portOf(this.#server);
  }

  /** Throws `port-in-use`, or `config-invalid` when the address cannot be listened on at all. */
  async start(): Promise<void> {
    this.#overload.start();
    this.#presence.start();
    await this.#aedes.listen();
    await this.#announcements.start();
    this.#server = await this.#listen();
    this.#liveTopics.start();
    this.#watch();
  }

  /** What is wrong, for people; empty when all is well. */
  complaints(): readonly string[] {
    const { since } = this.#overload;
    if (since === null) return [];
    return [`More comes than can be made durable, since ${new Date(since).toISOString()}: senders wait.`];
  }

  /** Publishes what became of an alarm. Its topic is retained until the alarm is over, then cleared. */
  publishAlarm(event: AlarmEvent): void {
    this.#announcements.alarm(event);
  }

  /** Publishes the journal's newest signed root: who keeps it elsewhere can prove what stood here. */
  publishRoot(root: object): void {
    this.#announcements.root(root);
  }

  async stop(): Promise<void> {
    this.#guard?.cancel();
    this.#presence.stop();
    this.#liveTopics.stop();
    const server = this.#server;
    server?.close();
    this.#connections.hold(true);
    await this.#announcements.stop();
    await this.#settle();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    this.#connections.end();
    if (server?.listening) await once(server, 'close');
    this.#server = undefined;
  }

  #broker(): Aedes {
    const aedes = new Aedes({
      concurrency: CONCURRENCY,
      connectTimeout: CONNECT_WITHIN,
      drainTimeout: DRAIN_WITHIN,
      maxInflightInbound: MAX_QOS2,
      maxTopicLevels: MAX_LEVELS,
      maxClientsIdLength: MAX_CLIENT_ID,
      persistence: new Persistence((filter) => this.#liveTopics.retained(filter)),
      preConnect: (client, packet, answer) => {
        this.#admission.greet(client, packet);
        answer(null, true);
      },
      authenticate: (client, user, password, answer) => {
        this.#admission.logIn(client, { user, password }).then(
          () => answer(null, true),
          (error) => answer(error, false),
        );
      },
      authorizePublish: (client, packet, answer) => {
        this.#admit(client, packet).then(() => answer(), answer);
      },
      authorizeSubscribe: (client, subscription, answer) => {
        const account = this.#admission.account(client);
        const { topic } = subscription;
        const allowed =
          account !== undefined &&
          maySubscribe(account, topic, this.#topics) &&
          this.#subscriptions.add(client, topic);
        if (!allowed) this.#refuseSubscription(client, topic);
        answer(null, allowed ? subscription : null);
      },
    });
    aedes.on('client', (client) => this.#enter(client));
    aedes.on('unsubscribe', (filters, client) => this.#subscriptions.remove(client, filters));
    aedes.on('clientDisconnect', (client) => this.#leave(client));
    aedes.on('clientError', (client, error) => this.#fail(client, error));
    aedes.on('connectionError', (client, error) => this.#fail(client, error));
    // Aedes 1.2 emits it when its housekeeping fails; without a listener the process would end.
    (aedes as NodeJS.EventEmitter).on('error', (error) => {
      this.#options.log.error({ err: error }, 'the broker reports an error');
    });
    return aedes;
  }

  async #listen(): Promise<Server> {
    const server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#meet(socket));
    server.maxConnections = this.#maxConnections;
    server.on('drop', () => this.#countCut('crowd', `more than ${this.#maxConnections} clients`));
    try {
      await listen(server, this.#options.site.mqtt);
    } catch (error) {
      await new Promise<void>((resolve) => this.#aedes.close(resolve));
      throw error;
    }
    this.#options.log.info({ host: this.#options.site.mqtt.host, port: portOf(server) }, 'the broker serves');
    return server;
  }

  #meet(socket: Socket): void {
    const connection = this.#connections.meet(socket);
    if (connection !== undefined) this.#aedes.handle(connection);
    else this.#countCut('crowd', `more than ${this.#connections.maxStrangers} of an address do not log in`);
  }

  #enter(client: Client): void {
    this.#connections.welcome(client.conn);
    const account = this.#admission.account(client);
    if (account?.role === 'reader') this.#readers.add(client);
    this.#presence.enter(client, account);
    this.#countClients();
  }

  #leave(client: Client): void {
    this.#readers.delete(client);
    this.#presence.leave(client, this.#admission.account(client));
    this.#countClients();
  }

  #countClients(): void {
    this.#liveTopics.setAudience(this.#readers.size);
    this.#options.meter.gauge('hygate_mqtt_clients', this.#aedes.connectedClients);
  }

  /** The journal write stands here because Aedes acknowledges after this hook and before it publishes. */
  async #admit(client: Client | null, packet: PublishPacket): Promise<void> {
    const account = client === null ? undefined : this.#admission.account(client);
    if (account === undefined) throw new Cut('login', 'nobody is anonymous');
    const { topic, payload } = packet;
    // A reading lies in the journal; the broker would keep it a second time, for as long as it runs.
    packet.retain = false;
    const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
    await this.#door.admit({ account, topic, payload: bytes });
  }

  #refuseSubscription(client: Client, filter: string): void {
    const user = this.#admission.account(client)?.user;
    this.#options.meter.count('hygate_subscriptions_refused_total');
    const times = this.#cutReports.pass(`subscribe ${user}`, this.#options.clock.monotonic());
    if (times > 0) this.#options.log.warn({ user, filter, times }, 'a subscription was refused');
  }

  /** Aedes reports one error a pending write: only the first of a client says why it went. */
  #fail(client: Client, error: Error): void {
    if (this.#cut.has(client)) return;
    this.#cut.add(client);
    const user = this.#admission.account(client)?.user;
    if (error instanceof Cut) this.#countCut(error.reason, error.message, user);
    else if ('code' in error) this.#options.log.debug({ user, err: error }, 'a client was lost');
    else this.#countCut('protocol', error.message, user);
  }

  #countCut(reason: CutReason, why: string, user?: string): void {
    const { meter, log, clock } = this.#options;
    meter.count('hygate_connections_refused_total', { reason });
    const times = this.#cutReports.pass(`${reason} ${user}`, clock.monotonic());
    if (times > 0) log.warn({ user, reason, why, times }, 'a connection was refused or closed');
  }

  #watch(): void {
    this.#guard = this.#options.clock.after(GUARD_EVERY, () => {
      this.#connections.cutSlow();
      this.#overload.look(this.#door.full, this.#door.waits);
      this.#watch();
    });
  }

  /** Resolves when every subscriber was written to. What goes out never passes the door, so it is never a reading. */
  #publish({ topic, payload }: Outgoing, retain: boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#aedes.publish({ cmd: 'publish', topic, payload, qos: 0, retain, dup: false }, (error) => {
        if (error) this.#options.log.warn({ topic, err: error }, 'a message could not be published');
        resolve();
      });
    });
  }

  /** Waits until what was taken in is acknowledged and what was told is written, but not for ever. */
  async #settle(): Promise<void> {
    const { clock } = this.#options;
    const until = clock.monotonic() + STOP_WITHIN;
    const busy = () => this.#door.pending > 0 || this.#connections.unsent;
    do await clock.sleep(10);
    while (busy() && clock.monotonic() < until);
  }
}
