import { join } from 'node:path';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Sample } from '#model/reading';
import type { OpcuaLink } from '#model/site';
import { type Ms, realClock, SECOND } from '#model/time';
import { Poller } from '../../collectors/poller/poller.ts';
import { createOpcuaSource } from '../../collectors/protocols/opcua/source.ts';
import type { PollResult, PollSource, PushSource } from '../../collectors/source.ts';
import { opcuaDevice } from '../kit/opcua-device.ts';

export const PERIOD: Ms = SECOND;

export interface EarOptions {
  /** For the gateway's own certificate. */
  readonly dir: string;
  readonly port: number;
  readonly link: Partial<OpcuaLink>;
}

/** One device on an OPC UA server, subscribed to or polled, and what it brought. */
export class OpcuaEar {
  readonly samples: Sample[] = [];
  /** Of the newest read. */
  newest: readonly Sample[] = [];
  why = '';
  up = false;
  /** When the counting value came last, monotonic. */
  goodAt: Ms = 0;
  /** Reads, answered or not, and what they brought; periods in which none took place, as the read before still ran. */
  reads = 0;
  points = 0;
  skipped = 0;
  #close: () => Promise<void> = async () => {};

  open({ dir, port, link }: EarOptions): void {
    const device = opcuaDevice({
      url: `opc.tcp://127.0.0.1:${port}`,
      nodes: { fast: 'Fast', door: 'Door' },
      every: PERIOD,
      link: { acquire: 'subscribe', sampling: 50, timeout: 2 * SECOND, ...link },
    });
    const warn = (fields: object) => {
      if ('why' in fields) this.why = String(fields.why);
    };
    const deps = { clock: realClock, log: { ...silentLog, warn }, meter: silentMeter };
    const source = createOpcuaSource(device, { ...deps, pkiDir: join(dir, 'pki') });
    if ('open' in source) this.#subscribe(source);
    else this.#poll(source);
  }

  close(): Promise<void> {
    return this.#close();
  }

  #subscribe(source: PushSource): void {
    this.#close = () => source.close();
    source.open({
      samples: (samples) => this.#take(samples),
      read: (result) => this.#read(result),
      state: (up, why) => Object.assign(this, { up, why }),
    });
  }

  #poll(source: PollSource): void {
    const poller = new Poller({
      devices: [{ device: 'fridge-1', every: PERIOD, source }],
      onResult: (_device, result) => {
        this.up = result.answered;
        this.#read(result);
      },
      onSkipped: (_device, count) => {
        this.skipped += count;
      },
      clock: realClock,
      log: silentLog,
    });
    this.#close = () => poller.stop();
    void poller.start();
  }

  #read({ samples }: PollResult): void {
    this.reads++;
    this.points += samples.length;
    this.newest = samples;
    this.#take(samples);
  }

  #take(samples: readonly Sample[]): void {
    this.samples.push(...samples);
    if (samples.some(isCounting)) this.goodAt = realClock.monotonic();
  }
}

/** A good value of the node that tells the time. */
export const isCounting = ({ key, quality }: Sample): boolean => key === 'fast' && quality === 'good';
