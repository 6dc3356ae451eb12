import { HygateError } from '#model/errors';
import type { Part } from '#model/part';
import { HOUR, type Ms, parseDuration, SECOND, type Timer } from '#model/time';
import { FAULTS, type FaultName, type FaultOptions } from './faults/fault.ts';
import { Hospital, type HospitalOptions, type Resident } from './hospital.ts';
import type { OpcuaStation } from './opcua/station.ts';
import { Receiver } from './receiver.ts';
import { writeSiteFile } from './site-file.ts';
import { Timeline } from './timeline.ts';

export interface SimulationOptions extends Omit<HospitalOptions, 'host'> {
  /** Simulated seconds in a real one; 1. Loggers and clients go on in real time. */
  readonly speed?: number;
  /** 127.0.0.1 */
  readonly host?: string;
  /** Where the loggers publish; the scenario's listen address when left out. */
  readonly brokerUrl?: string;
  /** Called with `MESSAGE …` when an alarm reaches the simulated person on call. */
  readonly say?: (line: string) => void;
}

const TICK: Ms = 200;
const MORNING = 9.5;

/** A hospital that is not there: its devices on real wires, their physics, and what goes wrong with them. */
export class Simulation implements Part {
  readonly name = 'simulation';
  readonly #options: SimulationOptions;
  #hospital: Hospital | undefined;
  #receiver: Receiver | undefined;
  #timeline: Timeline | undefined;
  #timer: Timer | undefined;
  #startedAt: Ms = 0;
  #steps = 0;
  #sitePowered = true;
  #opcuaServing: Promise<void> = Promise.resolve();

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  /** After the start: resolves when the OPC UA servers serve too, or are stopped. */
  get opcuaServing(): Promise<void> {
    return this.#opcuaServing;
  }

  /** When it resolves, Modbus devices and the receiver answer and the site file is complete; OPC UA follows. */
  async start(): Promise<void> {
    const { host = '127.0.0.1', say = () => {}, scenario, clock } = this.#options;
    const hospital = new Hospital({ ...this.#options, host });
    const receiver = new Receiver({ host, say });
    this.#hospital = hospital;
    this.#receiver = receiver;
    this.#startedAt = clock.monotonic();
    this.#steps = 0;
    this.#step();
    this.#show();
    await Promise.all([
      ...[...hospital.lines.values(), receiver].map((part) => part.start()),
      ...hospital.stations.map((station) => station.prepare()),
    ]);
    this.#opcuaServing = this.#serveOpcua(hospital.stations);
    // Only now: a fault of the first second may close what has just been opened.
    this.#timeline = new Timeline(scenario.faults ?? []);
    for (const logger of this.#loggers()) await logger.start();
    const url = this.#options.brokerUrl ?? brokerAt(scenario.listen?.mqtt);
    if (url !== undefined) this.connectLoggers(url);
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    if (this.#hospital === undefined) return;
    const { lines, stations } = this.#hospital;
    await Promise.all([...this.#loggers(), ...lines.values(), ...stations].map((part) => part.stop()));
    await this.#receiver?.stop();
  }

  /** In the background: each takes two seconds to load. */
  #serveOpcua(stations: readonly OpcuaStation[]): Promise<void> {
    const serving = Promise.all(stations.map((station) => station.start())).then(() => undefined);
    serving.catch((error: unknown) =>
      this.#options.log.error({ err: error }, 'a simulated OPC UA server could not be started'),
    );
    return serving;
  }

  /** The site file by which a gateway watches this hospital, as YAML; after the start. It holds passwords. */
  siteFile(): string {
    const { scenario, seed } = this.#options;
    const webhook = { url: this.#receiver?.url ?? '', secret: `simulated-${seed}` };
    return writeSiteFile(scenario, this.#built().residents, webhook);
  }

  /** Sends the loggers to this broker; they try for ever. */
  connectLoggers(brokerUrl: string): void {
    for (const logger of this.#loggers()) logger.connect(brokerUrl);
  }

  /** What a point shows now; null when its sensor is broken. Throws `device-unknown` or `point-unknown`. */
  value(deviceId: string, key: string): number | null {
    const { device } = this.#resident(deviceId);
    const index = device.points.findIndex((point) => point.key === key);
    if (index < 0) throw new HygateError('point-unknown', `device ${deviceId} has no point "${key}"`);
    return device.values[index] ?? null;
  }

  /** Samples of a logger that no broker has acknowledged. */
  waiting(deviceId: string): number {
    const resident = this.#resident(deviceId);
    return resident.protocol === 'mqtt' ? resident.logger.waiting : 0;
  }

  /**
   * Makes something go wrong, until `clear`. Without a device: with every device that it can befall. Throws
   * `request-invalid` when the device cannot have this fault.
   */
  async fault(deviceId: string | null, name: FaultName, options: FaultOptions = {}): Promise<void> {
    for (const resident of this.#befallen(deviceId, name)) {
      resident.device.faults.set(name, options);
      await this.#unplug(resident, name);
    }
    if (deviceId === null && name === 'power-cut') this.#sitePowered = false;
  }

  /** Ends a fault. Without a device: wherever it is. */
  async clear(deviceId: string | null, name: FaultName): Promise<void> {
    for (const resident of this.#befallen(deviceId, name)) {
      resident.device.faults.clear(name);
      await this.#plug(resident, name);
    }
    if (deviceId === null && name === 'power-cut') this.#sitePowered = true;
  }

  async #unplug(resident: Resident, name: FaultName): Promise<void> {
    if (name === 'refuse' && resident.protocol === 'modbus') await resident.line.stop();
    if (name === 'server-down' && resident.protocol === 'opcua') await resident.station.stop();
    if (name === 'offline' && resident.protocol === 'mqtt') await resident.logger.disconnect();
  }

  async #plug(resident: Resident, name: FaultName): Promise<void> {
    const others = this.#built().residents.filter((other) => other.device.faults.has(name));
    if (name === 'refuse' && resident.protocol === 'modbus') {
      const { line } = resident;
      if (!others.some((other) => other.protocol === 'modbus' && other.line === line)) await line.start();
    }
    if (name === 'server-down' && resident.protocol === 'opcua') {
      const { station } = resident;
      if (!others.some((other) => other.protocol === 'opcua' && other.station === station))
        await station.start();
    }
    if (name === 'offline' && resident.protocol === 'mqtt') resident.logger.reconnect();
  }

  #befallen(deviceId: string | null, name: FaultName): readonly Resident[] {
    const all = this.#built().residents;
    if (deviceId === null) return all.filter((resident) => canHave(resident, name));
    const resident = this.#resident(deviceId);
    if (canHave(resident, name)) return [resident];
    throw new HygateError('request-invalid', `device ${deviceId} cannot have the fault "${name}"`);
  }

  #tick(): void {
    const { clock, speed = 1 } = this.#options;
    const simulated = (clock.monotonic() - this.#startedAt) * speed;
    const due = Math.floor(simulated / this.#stepMs());
    const behind = this.#steps <= due;
    while (this.#steps <= due) this.#step();
    if (behind) this.#show();
    this.#timer = clock.after(Math.min(TICK, this.#stepMs()), () => this.#tick());
  }

  /** One step of simulated time: what happens now, then the physics. */
  #step(): void {
    const { scenario, log } = this.#options;
    const stepMs = this.#stepMs();
    const now = this.#steps * stepMs;
    for (const { on, device, fault, options } of this.#timeline?.due(now) ?? []) {
      const done = on ? this.fault(device, fault, options) : this.clear(device, fault);
      done.catch((error: unknown) =>
        log.error({ fault, device, err: error }, 'a fault of the scenario failed'),
      );
      log.info({ fault, device, on }, 'a fault of the scenario');
    }
    const hour = ((scenario.starts ?? MORNING) + now / HOUR) % 24;
    const moment = { dt: stepMs / SECOND, hour, sitePowered: this.#sitePowered };
    for (const { device } of this.#built().residents) device.step(moment);
    this.#steps++;
  }

  /** Puts the devices' values where their clients read them. */
  #show(): void {
    const { residents, stations } = this.#built();
    for (const resident of residents) {
      if (resident.protocol !== 'modbus') continue;
      resident.device.values.forEach((value, index) => void resident.registers.set(index, value));
    }
    for (const station of stations) station.refresh();
  }

  #stepMs(): Ms {
    const { step } = this.#options.scenario;
    return (step === undefined ? undefined : parseDuration(step)) ?? SECOND;
  }

  #loggers() {
    return this.#built().residents.flatMap((resident) =>
      resident.protocol === 'mqtt' ? [resident.logger] : [],
    );
  }

  #resident(deviceId: string): Resident {
    const resident = this.#built().residents.find(({ device }) => device.id === deviceId);
    if (resident === undefined)
      throw new HygateError('device-unknown', `there is no simulated device "${deviceId}"`);
    return resident;
  }

  #built(): Hospital {
    if (this.#hospital === undefined) throw new Error('the simulation has not been started');
    return this.#hospital;
  }
}

function canHave(resident: Resident, name: FaultName): boolean {
  switch (FAULTS[name]) {
    case 'answer':
    case 'line':
      return resident.protocol === 'modbus' && fitsLine(resident.line.kind, name);
    case 'opcua':
      return resident.protocol === 'opcua';
    case 'logger':
      return resident.protocol === 'mqtt';
    case 'physics':
      return resident.device.suffers(name);
    case 'sensor':
      return true;
  }
}

function fitsLine(kind: 'tcp' | 'rtu-over-tcp', name: FaultName): boolean {
  if (name === 'wrong-transaction') return kind === 'tcp';
  return name !== 'bad-crc' || kind === 'rtu-over-tcp';
}

/** Nothing for a port that is only known when the gateway runs. */
function brokerAt(listen = '127.0.0.1:1883'): string | undefined {
  return listen.endsWith(':0') ? undefined : `mqtt://${listen}`;
}
