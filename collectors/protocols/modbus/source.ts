import type { Reason } from '#model/quality';
import type { Sample } from '#model/reading';
import type { ModbusLink, SiteDevice } from '#model/site';
import type { Clock, EpochMs, Ms } from '#model/time';
import type { PollResult, PollSource } from '../../source.ts';
import { decoderOf } from './codec.ts';
import { ASKS_FOR_PATIENCE, asFault, ILLEGAL_READ, ModbusFault, NotAsked } from './fault.ts';
import type { Answer, Reader } from './line.ts';
import { halves, type ModbusRequest, plan } from './plan.ts';
import { missing, type Readable, samplesOf } from './samples.ts';

type Request = ModbusRequest<Readable>;

/** After so many failed requests in a row the rest of a poll is not tried: a dead device costs one time-out a poll. */
const GIVE_UP_AFTER = 2;

/** A busy device is asked again after these pauses, in which others have the wire. */
const BUSY_PAUSES: readonly Ms[] = [50, 100, 200];
/** Of its period a poll may spend so much on being patient. */
const PATIENT_SHARE = 0.5;

/**
 * Requests that one poll cuts in two while nothing at all was answered with data: a device that finds everything
 * illegal, as some do while they start, does not hold up its line. Once something was, all that is illegal is found
 * and asked for alone from then on, until the device allows it.
 */
const BLIND_CUTS = 8;

/** What a poll has brought so far. */
interface Progress {
  readonly now: EpochMs;
  readonly signal: AbortSignal;
  /** Monotonic. */
  readonly begunAt: Ms;
  readonly samples: Sample[];
  requests: number;
  answered: boolean;
  /** Requests that brought data, and those that were cut in two. */
  whole: number;
  cuts: number;
  /** Requests that are illegal and not cut. */
  illegal: number;
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
  #refusesAll = false;
  #hadIllegal = false;

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
      begunAt: this.#clock.monotonic(),
      samples: [],
      requests: 0,
      answered: false,
      whole: 0,
      cuts: 0,
      illegal: 0,
      firstAt: undefined,
      lastAt: 0,
      gaveUp: undefined,
    };
    const wasAway = this.#failedInRow >= GIVE_UP_AFTER;
    const next: Request[] = [];
    for (const request of this.#requests) next.push(...(await this.#ask(request, progress)));
    this.#learn(next, progress, wasAway);
    const { samples, requests, answered, firstAt, lastAt } = progress;
    return { samples, requests, answered, roundTrip: firstAt === undefined ? 0 : lastAt - firstAt };
  }

  async close(): Promise<void> {}

  /** What to ask the next time. */
  #learn(next: readonly Request[], { whole, cuts, illegal, gaveUp }: Progress, wasAway: boolean): void {
    const isBack = wasAway && this.#failedInRow === 0;
    if (whole > 0) this.#refusesAll = false;
    // Cut down to single points and all of them illegal: then nothing is gained by asking for each.
    else if (cuts === 0 && gaveUp === undefined) this.#refusesAll = true;
    // It allows all at last. Where only the cut requests are legal nothing was ever illegal, and they stay.
    const allowsAll = this.#hadIllegal && whole === next.length;
    this.#hadIllegal = illegal > 0 || (this.#hadIllegal && !allowsAll);
    // A device that comes back may have been exchanged or updated: what it showed before no longer holds.
    this.#requests = isBack || allowsAll || this.#refusesAll ? this.#planned : next;
  }

  /** Reads one request; returns what to read in its place the next time. */
  async #ask(request: Request, progress: Progress): Promise<readonly Request[]> {
    if (progress.signal.aborted) progress.gaveUp ??= 'comm-refused';
    if (progress.gaveUp !== undefined) {
      progress.samples.push(...missing(request, progress.gaveUp, progress.now));
      return [request];
    }
    try {
      const answer = await this.#readPatiently(request, progress);
      this.#noteAnswer(progress, answer.sentAt);
      progress.whole++;
      progress.samples.push(...samplesOf(request, answer.bytes, this.#timeOf(answer)));
      return [request];
    } catch (error) {
      if (!(error instanceof ModbusFault)) throw error;
      return this.#afterFault(request, error, progress);
    }
  }

  /** When it came; of one that lay there while this process stood still, the latest time at which it may have come. */
  #timeOf({ sentAt }: Answer): EpochMs {
    const late = this.#clock.monotonic() - (sentAt + this.#link.traits.timeoutMs);
    return this.#clock.wall() - Math.max(0, Math.round(late));
  }

  async #readPatiently(request: Request, progress: Progress): Promise<Answer> {
    for (const pause of BUSY_PAUSES) {
      try {
        return await this.#read(request);
      } catch (error) {
        const isBusy = ASKS_FOR_PATIENCE.has(asFault(error).exception);
        if (!isBusy || !this.#isPatient(progress, pause) || progress.signal.aborted) throw error;
        await this.#clock.sleep(pause);
      }
    }
    return this.#read(request);
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

  /** Whether the poll may take `pause` longer than it must. */
  #isPatient({ begunAt }: Progress, pause: Ms): boolean {
    return this.#clock.monotonic() + pause - begunAt < PATIENT_SHARE * this.#period;
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
    const isSeeing = progress.whole > 0 || progress.cuts < BLIND_CUTS;
    const mayCut = ILLEGAL_READ.has(fault.exception) && !this.#refusesAll && isSeeing;
    const parts = mayCut ? halves(request) : undefined;
    if (parts === undefined) {
      if (ILLEGAL_READ.has(fault.exception)) progress.illegal++;
      progress.samples.push(...missing(request, fault.reason, this.#clock.wall()));
      return [request];
    }
    progress.cuts++;
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
