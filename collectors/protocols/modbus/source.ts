import type { Reason } from '#model/quality';
import type { Sample } from '#model/reading';
import type { ModbusLink, SiteDevice } from '#model/site';
import type { Clock, EpochMs, Ms } from '#model/time';
import type { PollResult, PollSource } from '../../source.ts';
import { decoderOf } from './codec.ts';
import { ILLEGAL_READ, ModbusFault, NotAsked } from './fault.ts';
import type { Answer, Reader } from './line.ts';
import { halves, type ModbusRequest, plan } from './plan.ts';
import { missing, type Readable, samplesOf } from './samples.ts';

type Request = ModbusRequest<Readable>;

/** After so many failed requests in a row the rest of a poll is not tried: a dead device costs one time-out a poll. */
const GIVE_UP_AFTER = 2;

/** What a poll has brought so far. */
interface Progress {
  readonly now: EpochMs;
  readonly signal: AbortSignal;
  readonly samples: Sample[];
  requests: number;
  answered: boolean;
  /** Of the first question and the last answer, on the monotonic clock. */
  firstAt: Ms | undefined;
  lastAt: Ms;
  /** Why the rest is not asked. */
  gaveUp: Reason | undefined;
}

/** Reads one device over a line, which belongs to all its devices and is closed by who opened it. */
export class ModbusSource implements PollSource {
  readonly #link: ModbusLink;
  readonly #line: Reader;
  readonly #clock: Clock;
  readonly #period: Ms;
  readonly #planned: readonly Request[];
  /** The plan, with what the device has shown to be illegal in parts. */
  #requests: readonly Request[];
  #failedInRow = 0;

  /** Throws `config-invalid` when an address is impossible. */
  constructor(device: SiteDevice, line: Reader, clock: Clock) {
    this.#link = modbusLink(device);
    this.#period = device.every;
    this.#line = line;
    this.#clock = clock;
    this.#planned = plan(readables(device, this.#link), this.#link.traits);
    this.#requests = this.#planned;
  }

  async poll(now: EpochMs, signal: AbortSignal): Promise<PollResult> {
    const progress: Progress = {
      now,
      signal,
      samples: [],
      requests: 0,
      answered: false,
      firstAt: undefined,
      lastAt: 0,
      gaveUp: undefined,
    };
    const wasAway = this.#failedInRow >= GIVE_UP_AFTER;
    const next: Request[] = [];
    for (const request of this.#requests) next.push(...(await this.#ask(request, progress)));
    // A device that comes back may have been exchanged or updated: what it showed before no longer holds.
    this.#requests = wasAway && this.#failedInRow === 0 ? this.#planned : next;
    const { samples, requests, answered, firstAt, lastAt } = progress;
    return { samples, requests, answered, roundTrip: firstAt === undefined ? 0 : lastAt - firstAt };
  }

  async close(): Promise<void> {}

  /** Reads one request; returns what to read in its place the next time. */
  async #ask(request: Request, progress: Progress): Promise<readonly Request[]> {
    if (progress.signal.aborted) progress.gaveUp ??= 'comm-refused';
    if (progress.gaveUp !== undefined) {
      progress.samples.push(...missing(request, progress.gaveUp, progress.now));
      return [request];
    }
    try {
      const answer = await this.#read(request);
      this.#noteAnswer(progress, answer.sentAt);
      progress.samples.push(...samplesOf(request, answer.bytes, this.#clock.wall()));
      return [request];
    } catch (error) {
      if (!(error instanceof ModbusFault)) throw error;
      return this.#afterFault(request, error, progress);
    }
  }

  #read({ table, address, count }: Request): Promise<Answer> {
    const { unit, traits } = this.#link;
    return this.#line.read({
      unit,
      table,
      address,
      count,
      timeoutMs: traits.timeoutMs,
      pauseMs: traits.pauseMs,
      periodMs: this.#period,
    });
  }

  #noteAnswer(progress: Progress, sentAt: Ms): void {
    this.#failedInRow = 0;
    progress.requests++;
    progress.answered = true;
    progress.firstAt ??= sentAt;
    progress.lastAt = this.#clock.monotonic();
  }

  async #afterFault(request: Request, fault: ModbusFault, progress: Progress): Promise<readonly Request[]> {
    if (fault.reason === 'device-exception') {
      this.#noteAnswer(progress, this.#clock.monotonic());
    } else {
      if (!(fault instanceof NotAsked)) progress.requests++;
      if (++this.#failedInRow >= GIVE_UP_AFTER) progress.gaveUp = fault.reason;
    }
    const parts = ILLEGAL_READ.has(fault.exception) ? halves(request) : undefined;
    if (parts === undefined) {
      progress.samples.push(...missing(request, fault.reason, this.#clock.wall()));
      return [request];
    }
    const first = await this.#ask(parts[0], progress);
    return [...first, ...(await this.#ask(parts[1], progress))];
  }
}

const NO_LIMITS = [-Number.MAX_VALUE, Number.MAX_VALUE] as const;

/** How the device is reached; it must be one that speaks Modbus. */
export function modbusLink({ id, link }: SiteDevice): ModbusLink {
  if (link.protocol !== 'modbus') throw new Error(`device ${id} does not speak Modbus`);
  return link;
}

function readables({ points }: SiteDevice, link: ModbusLink): readonly Readable[] {
  const ranges = new Map(points.map(({ key, range }) => [key, range]));
  return link.points.map(({ key, address }) => ({
    key,
    address,
    decode: decoderOf(address),
    range: ranges.get(key) ?? NO_LIMITS,
  }));
}
