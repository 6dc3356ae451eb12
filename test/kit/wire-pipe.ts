import type { Socket } from 'node:net';
import type { Clock, Ms, Timer } from '#model/time';
import type { Random } from '../../firmware-sim/physics/random.ts';
import { piecesOf, type WireFault } from './wire-fault.ts';

export interface WirePipeOptions {
  readonly from: Socket;
  readonly to: Socket;
  /** Asked at each segment. */
  readonly fault: () => WireFault;
  readonly random: Random;
  readonly clock: Clock;
}

/** So much may be on its way before the sender has to wait. */
const MOST_ON_THE_WAY = 65_536;
/** How long a segment waits for another to change places with. */
const REORDER_WAIT: Ms = 50;
/** How often a wire that takes nothing is looked at again. */
const STALL_LOOK: Ms = 20;

/** One direction of a connection. */
export class WirePipe {
  readonly #options: WirePipeOptions;
  #bytesSeen = 0;
  #bytesOnTheWay = 0;
  /** When the newest thing on the way arrives, monotonic. */
  #lastDue: Ms = 0;
  #gathered: Buffer[] = [];
  #held: Buffer | undefined;
  #holding: Timer | undefined;
  /** In the order in which it arrives. */
  readonly #onTheWay: { readonly due: Ms; readonly what: () => void }[] = [];

  constructor(options: WirePipeOptions) {
    this.#options = options;
  }

  start(): void {
    const { from, to } = this.#options;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => this.#later(0, () => this.#end()));
    from.on('close', () => this.#later(0, () => this.#end()));
    to.on('error', () => to.destroy());
    to.on('drain', () => this.#mayResume());
  }

  #take(bytes: Buffer): void {
    const { stall } = this.#options.fault();
    if (stall) this.#stall(bytes);
    else this.#carry(bytes);
  }

  #carry(bytes: Buffer): void {
    const { swallow, gather, cutAfter } = this.#options.fault();
    this.#bytesSeen += bytes.length;
    if (swallow) return;
    const rest =
      cutAfter === undefined ? bytes.length : bytes.length - Math.max(0, this.#bytesSeen - cutAfter);
    if (rest > 0) this.#gather(bytes.subarray(0, rest), gather);
    if (rest < bytes.length) this.#later(0, () => this.#cut());
  }

  #stall(bytes: Buffer): void {
    const { from, clock, fault } = this.#options;
    from.pause();
    const look = () => {
      if (from.destroyed) return;
      if (fault().stall) return void clock.after(STALL_LOOK, look);
      this.#take(bytes);
      from.resume();
    };
    clock.after(STALL_LOOK, look);
  }

  #gather(bytes: Buffer, within: Ms | undefined): void {
    this.#gathered.push(bytes);
    if (this.#gathered.length > 1) return;
    if (within === undefined) this.#together();
    else this.#options.clock.after(within, () => this.#together());
  }

  #together(): void {
    const whole = Buffer.concat(this.#gathered);
    this.#gathered = [];
    this.#order(whole);
  }

  #order(bytes: Buffer): void {
    const { fault, random, clock } = this.#options;
    const { reorder = 0 } = fault();
    if (this.#held !== undefined) {
      this.#send(bytes);
      this.#release();
    } else if (reorder > 0 && random() < reorder) {
      this.#held = bytes;
      this.#holding = clock.after(REORDER_WAIT, () => this.#release());
    } else this.#send(bytes);
  }

  #release(): void {
    const held = this.#held;
    this.#holding?.cancel();
    this.#held = undefined;
    if (held !== undefined) this.#send(held);
  }

  #send(segment: Buffer): void {
    const { fault, random } = this.#options;
    const now = fault();
    const delay = (now.delay ?? 0) + (now.jitter ?? 0) * (now.jitter ? random() : 0);
    let gapBefore = delay;
    for (const { bytes, gap } of piecesOf(segment, now, random)) {
      this.#bytesOnTheWay += bytes.length;
      this.#later(gapBefore + gap, () => this.#arrive(bytes), gap);
      gapBefore = 0;
    }
    if (this.#bytesOnTheWay > MOST_ON_THE_WAY) this.#options.from.pause();
  }

  #arrive(bytes: Buffer): void {
    const { to } = this.#options;
    this.#bytesOnTheWay -= bytes.length;
    if (!to.destroyed && to.writable) to.write(bytes);
    this.#mayResume();
  }

  #mayResume(): void {
    const { from, to, fault } = this.#options;
    const waits = this.#bytesOnTheWay > MOST_ON_THE_WAY || to.writableLength > MOST_ON_THE_WAY;
    if (waits) from.pause();
    else if (!fault().stall) from.resume();
  }

  /** After `delay`, and at least `gap` after whatever was sent before: a wire keeps its order. */
  #later(delay: Ms, what: () => void, gap: Ms = 0): void {
    const due = Math.max(this.#options.clock.monotonic() + delay, this.#lastDue + gap);
    this.#lastDue = due;
    this.#onTheWay.push({ due, what });
    if (this.#onTheWay.length === 1) this.#pump();
  }

  #pump(): void {
    const { clock } = this.#options;
    for (let next = this.#onTheWay[0]; next !== undefined; next = this.#onTheWay[0]) {
      const wait = next.due - clock.monotonic();
      if (wait > 0) return void clock.after(Math.ceil(wait), () => this.#pump());
      this.#onTheWay.shift();
      next.what();
    }
  }

  /** The other end learns of the end, unless the wire swallows that, too. */
  #end(): void {
    const { to, from, fault } = this.#options;
    if (fault().swallow || to.destroyed) return;
    if (from.errored) to.resetAndDestroy();
    else if (!to.writableEnded) to.end();
  }

  #cut(): void {
    this.#options.from.destroy();
    this.#options.to.destroy();
  }
}
