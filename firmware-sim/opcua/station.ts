import { hostname } from 'node:os';
import type { OpcuaPoint } from '#model/driver';
import type { Log } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Part } from '#model/part';
import type { Clock } from '#model/time';
import { Thread } from '../../gateway/runtime/thread.ts';
import type { SimDevice } from '../device.ts';
import { type HeldPort, holdPort } from './held-port.ts';
import { keepIdentity } from './identity.ts';
import type { ServerOptions, Shown } from './server.ts';
import type { ToStation } from './station.thread.ts';

export interface StationOptions {
  readonly host: string;
  /** Keeps its keys and certificate, so that its fingerprint stays. */
  readonly pkiDir: string;
  readonly user: string;
  readonly password: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A device on this server with its points' nodes. */
interface Resident {
  readonly device: SimDevice;
  readonly points: readonly OpcuaPoint[];
}

const APPLICATION_URI = 'urn:hygate:sim';

/**
 * An OPC UA server, as a cold-chain cabinet or a station in front of several has: SignAndEncrypt with
 * Basic256Sha256, a user with a password. It lives in a thread of its own: its library takes two seconds to load, in
 * which the Modbus devices must go on answering.
 */
export class OpcuaStation implements Part {
  readonly name = 'opcua-station';
  readonly #options: StationOptions;
  readonly #residents: Resident[] = [];
  #thread: Thread | undefined;
  #held: HeldPort | undefined;
  #port = 0;
  #fingerprint = '';
  #settle: () => void = () => {};

  constructor(options: StationOptions) {
    this.#options = options;
  }

  /** Known once prepared, as is the fingerprint; both stay. */
  get url(): string {
    return `opc.tcp://${this.#options.host}:${this.#port}`;
  }

  get user(): string {
    return this.#options.user;
  }

  get password(): string {
    return this.#options.password;
  }

  /** SHA-256 of the server's certificate, lower-case hex. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** False when another device here already has one of these nodes. */
  hasRoomFor(points: readonly OpcuaPoint[]): boolean {
    const taken = new Set(this.#residents.flatMap((resident) => resident.points.map(nodeOf)));
    return !points.some((point) => taken.has(nodeOf(point)));
  }

  /** Before the first start. */
  add(device: SimDevice, points: readonly OpcuaPoint[]): void {
    this.#residents.push({ device, points });
  }

  /** Once, before the first start: takes a port and has a certificate, both of which clients must know. */
  async prepare(): Promise<void> {
    const { host, pkiDir, clock } = this.#options;
    const hosts = [host, hostname()];
    const wanted = { applicationUri: APPLICATION_URI, hosts, now: clock.wall() };
    const [fingerprint, held] = await Promise.all([keepIdentity(pkiDir, wanted), holdPort(host)]);
    this.#fingerprint = fingerprint;
    this.#held = held;
    this.#port = held.port;
  }

  /** Resolves when clients are served, or when it was stopped before. */
  async start(): Promise<void> {
    if (this.#thread !== undefined) return;
    const { log, clock } = this.#options;
    const serving = Promise.withResolvers<void>();
    this.#settle = serving.resolve;
    const thread: Thread = new Thread({
      name: this.name,
      entry: new URL('./station.thread.ts', import.meta.url),
      data: () => this.#serverOptions(),
      onMessage: () => serving.resolve(),
      onReady: () => void this.#open(thread),
      ...{ log, clock, meter: silentMeter },
    });
    this.#thread = thread;
    try {
      await thread.start();
    } catch (error) {
      // Who stops it while it loads may have to end it: that is no failure.
      if (this.#thread !== thread) return;
      this.#thread = undefined;
      throw error;
    }
    await serving.promise;
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await this.#release();
    await thread?.stop();
    this.#settle();
  }

  /** Puts what the devices show now into the address space, with the present as the source's time. */
  refresh(): void {
    if (this.#thread !== undefined) this.#show(this.#thread);
  }

  async #open(thread: Thread): Promise<void> {
    if (this.#thread !== thread) return;
    await this.#release();
    this.#show(thread);
    thread.post({ kind: 'listen' } satisfies ToStation);
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    await held?.release();
  }

  #show(thread: Thread): void {
    const shown = this.#residents.map(({ device, points }) =>
      points.map(({ key }, index) => shownOf(device, key, index)),
    );
    thread.post({ kind: 'show', at: this.#options.clock.wall(), shown } satisfies ToStation);
  }

  #serverOptions(): ServerOptions {
    const { host, pkiDir, user, password } = this.#options;
    const devices = this.#residents.map(({ device, points }) => ({ id: device.id, points }));
    return { host, port: this.#port, applicationUri: APPLICATION_URI, pkiDir, user, password, devices };
  }
}

const nodeOf = (point: OpcuaPoint): string => point.opcua.node;

function shownOf({ faults, values }: SimDevice, key: string, index: number): Shown | null {
  if (faults.get('frozen-value', key)) return null;
  return { value: values[index] ?? null, good: faults.get('bad-status', key) === undefined };
}
