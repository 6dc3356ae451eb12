import { DeliveryError } from '#model/channel';
import { type Clock, type Ms, SECOND } from '#model/time';
import { AtError, failureOf } from './at-error.ts';
import { AtLink } from './at-link.ts';
import type { Pdu } from './pdu.ts';
import { tryPin } from './pin.ts';
import { Reports } from './reports.ts';

const ANSWER_WITHIN: Ms = 5 * SECOND;
/** A modem answers AT at once, or it sleeps, or it is not there. */
const GREET_WITHIN: Ms = 3 * SECOND;
const SETTLE: Ms = 200;
const PIN_WITHIN: Ms = 20 * SECOND;

/** 3GPP TS 27.007, clause 7.2: home, roaming, and the same for short messages only. */
const REGISTERED: ReadonlySet<number> = new Set([1, 5, 6, 7]);
const DENIED = 3;

export interface ModemOptions {
  readonly path: string;
  readonly baud: number;
  readonly pin: string | null;
  /** The service centre's number; null: that of the SIM. */
  readonly centre: string | null;
  readonly receipts: boolean;
  /** Longest wait for the network's word on one message. */
  readonly sendWithin: Ms;
  readonly dir: string;
  readonly clock: Clock;
}

/** A GSM modem: opened and set up when there is something to send, anew after everything that went wrong. */
export class Modem {
  readonly reports = new Reports();
  readonly #options: ModemOptions;
  #link: AtLink | undefined;
  #tellsReports = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ModemOptions) {
    this.#options = options;
  }

  /** Whether it tells what became of a message. Known after the first. */
  get tellsReports(): boolean {
    return this.#tellsReports;
  }

  /** Sends the messages in order and resolves to their references (TP-MR). One sender has the modem at a time. */
  send(pdus: readonly Pdu[], signal: AbortSignal): Promise<readonly number[]> {
    const sending = this.#last.then(() => {
      // Whoever waited too long for others does not spoil the line for the next.
      signal.throwIfAborted();
      return this.#send(pdus, signal);
    });
    this.#last = sending.catch(() => undefined);
    return sending;
  }

  close(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  async #send(pdus: readonly Pdu[], signal: AbortSignal): Promise<readonly number[]> {
    try {
      const link = await this.#ready(signal);
      await this.#expectNetwork(link, signal);
      const references: number[] = [];
      for (const pdu of pdus) references.push(await this.#sendOne(link, pdu, signal));
      return references;
    } catch (error) {
      // The modem's own refusal leaves it in order; after anything else nobody knows what it will answer to.
      if (!(error instanceof AtError)) this.close();
      throw failureOf(error);
    }
  }

  async #sendOne(link: AtLink, { hex, octets }: Pdu, signal: AbortSignal): Promise<number> {
    const within = this.#options.sendWithin;
    const command = { text: `AT+CMGS=${octets}`, prefix: '+CMGS:', typed: hex, within };
    const reference = numbersOf(await link.ask(command, signal))[0];
    if (reference === undefined) throw new DeliveryError('timeout', true, 'the modem gave no reference');
    this.reports.expect(reference);
    return reference;
  }

  async #ready(signal: AbortSignal): Promise<AtLink> {
    if (this.#link?.isOpen) return this.#link;
    this.close();
    const { path, baud, clock } = this.#options;
    const link = new AtLink({ path, baud, clock, onReport: (pdu) => this.reports.take(pdu) });
    try {
      await this.#setUp(link, signal);
    } catch (error) {
      // One that is set up by half, or asks for its PIN, is not ready for the next message either.
      link.close();
      throw error;
    }
    this.#link = link;
    return link;
  }

  async #setUp(link: AtLink, signal: AbortSignal): Promise<void> {
    await link.open();
    await this.#greet(link, signal);
    const ask = (text: string) => link.ask({ text, within: ANSWER_WITHIN }, signal);
    await ask('ATE0');
    await ask('AT+CMEE=1');
    await this.#unlock(link, signal);
    await ask('AT+CMGF=0');
    const { centre, receipts } = this.#options;
    if (centre !== null) await ask(`AT+CSCA="${centre}",${centre.startsWith('+') ? 145 : 129}`);
    // TS 27.005, clause 3.4.1: status reports are told at once, messages that come in are not. Not every modem can.
    this.#tellsReports = receipts && (await ask('AT+CNMI=2,0,0,1,0').then(isDone, isRefused));
  }

  /** What ends a text that a crash left half typed may be answered too; whatever comes before the silence is not ours. */
  async #greet(link: AtLink, signal: AbortSignal): Promise<void> {
    await link.ask({ text: 'AT', within: GREET_WITHIN }, signal);
    await this.#options.clock.sleep(SETTLE, signal);
  }

  async #unlock(link: AtLink, signal: AbortSignal): Promise<void> {
    const [state = ''] = await link.ask(
      { text: 'AT+CPIN?', prefix: '+CPIN:', within: ANSWER_WITHIN },
      signal,
    );
    if (state.includes('READY')) return;
    const { pin, dir } = this.#options;
    if (!/SIM PIN$/.test(state) || pin === null) {
      const advice =
        pin === null ? 'give `pin`, or take the PIN off the SIM' : 'unlock the SIM in a telephone';
      throw new DeliveryError('misconfigured', false, `the SIM is locked (${state}): ${advice}`);
    }
    const enter = { text: `AT+CPIN="${pin}"`, within: PIN_WITHIN };
    await tryPin(dir, pin, async () => void (await link.ask(enter, signal)));
  }

  async #expectNetwork(link: AtLink, signal: AbortSignal): Promise<void> {
    const gsm = await this.#registration(link, 'CREG', signal);
    if (REGISTERED.has(gsm) || REGISTERED.has(await this.#registration(link, 'CEREG', signal))) return;
    const [signalLine = 'no word of the signal'] = await link.ask(
      { text: 'AT+CSQ', prefix: '+CSQ:', within: ANSWER_WITHIN },
      signal,
    );
    const why = `registration ${gsm}, ${signalLine}`;
    if (gsm === DENIED)
      throw new DeliveryError('misconfigured', false, `the network does not let the SIM in: ${why}`);
    throw new DeliveryError('refused', true, `the modem has no network (${why}): look at its aerial`);
  }

  /** 4G modems may be registered for packets only, and send short messages all the same. */
  async #registration(link: AtLink, command: 'CREG' | 'CEREG', signal: AbortSignal): Promise<number> {
    const asked = { text: `AT+${command}?`, prefix: `+${command}:`, within: ANSWER_WITHIN };
    const lines = await link.ask(asked, signal).catch((error: unknown) => {
      if (error instanceof AtError && command === 'CEREG') return [];
      throw error;
    });
    // The modem also says `+CREG: 5` by itself when it moves: the answer has two numbers.
    return numbersOf(lines.filter((line) => /: \d+, *\d/.test(line)))[1] ?? 0;
  }
}

const isDone = (): boolean => true;

function isRefused(error: unknown): boolean {
  if (error instanceof AtError) return false;
  throw error;
}

/** `+CREG: 0,1` → 0 and 1. */
const numbersOf = ([line = '']: readonly string[]): number[] => (line.match(/\d+/g) ?? []).map(Number);
