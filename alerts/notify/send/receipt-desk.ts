import { DeliveryError, type Receipt } from '#model/channel';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Attempt, OpenReceipt, Outbox } from '#model/outbox';
import { type Clock, type EpochMs, HOUR, MINUTE, type Ms, SECOND, type Timer } from '#model/time';
import { failedAttempt } from './choice.ts';
import type { Ways } from './ways.ts';

/** After the sending, when a provider is asked whether a message arrived; then it is left at "sent". */
const ASKED_AFTER: readonly Ms[] = [20 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR];
const LAST_ASK: Ms = 6 * HOUR;
/** Between two looks at what is to be asked. */
const LOOK: Ms = 10 * SECOND;

/** When a message that was sent at `sentAt` is asked for, the nth time; undefined when it has been enough. */
export function askAt(sentAt: EpochMs, asked: number): EpochMs | undefined {
  const after = ASKED_AFTER[asked];
  return after === undefined ? undefined : sentAt + after;
}

/** Also when the clock was set back since: else nobody would ask for as long as it was set back. */
const isDue = ({ ask }: OpenReceipt, now: EpochMs): boolean => ask.at <= now || ask.at - now > LAST_ASK;

export interface ReceiptDeskOptions {
  readonly outbox: Outbox;
  readonly ways: Ways;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** A message did not arrive and waits again. */
  readonly onUndelivered: () => void;
}

/** Asks providers what became of messages. What is to be asked stands in the outbox, so that a restart forgets none. */
export class ReceiptDesk {
  readonly #options: ReceiptDeskOptions;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ReceiptDeskOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#again();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#looking;
  }

  #again(): void {
    if (this.#stopped) return;
    this.#timer = this.#options.clock.after(LOOK, () => {
      this.#looking = this.#look().finally(() => this.#again());
    });
  }

  async #look(): Promise<void> {
    const { outbox, clock, log } = this.#options;
    try {
      const due = (await outbox.receipts()).filter((receipt) => isDue(receipt, clock.wall()));
      await Promise.all(due.map((receipt) => this.#ask(receipt)));
    } catch (err) {
      log.error({ err }, 'receipts could not be looked through; it is tried again');
    }
  }

  async #ask(open: OpenReceipt): Promise<void> {
    const { outbox, ways, clock, meter } = this.#options;
    const { id, channel, person, ask, sentAt } = open;
    const { state, answer } = await this.#answer(open);
    if (this.#stopped && state === 'pending') return;
    meter.count('hygate_message_receipts_total', { channel, state });
    if (state === 'delivered') return outbox.settle(id, this.#attempt(open, 'delivered', answer));
    if (state === 'undelivered') return this.#undelivered(open, answer, ways.of(person));
    const next = askAt(sentAt, ask.asked + 1);
    if (next === undefined) await outbox.settle(id, this.#attempt(open, 'unconfirmed', answer));
    // Not several at once after the gateway was off.
    else await outbox.askAgain(id, { ...ask, at: Math.max(next, clock.wall() + LOOK), asked: ask.asked + 1 });
  }

  async #answer({ channel, person, ask }: OpenReceipt): Promise<Receipt> {
    try {
      return await this.#options.ways.receipt(channel, person, ask.receipt);
    } catch (error) {
      if (error instanceof DeliveryError) return { state: 'pending', answer: error.message };
      return { state: 'pending', answer: 'the gateway stops' };
    }
  }

  /** It goes by the next channel, marked as a possible repeat: some providers lose the receipt and not the message. */
  async #undelivered(open: OpenReceipt, answer: string, channels: readonly string[]): Promise<void> {
    const { outbox, clock, meter, log, onUndelivered } = this.#options;
    const { channel, person } = open;
    const error = new DeliveryError('undelivered', false, answer);
    const at = clock.wall();
    const attempt = failedAttempt({ delivery: open, channel, channels, error, at, nextTry: at });
    meter.count('hygate_message_failures_total', { channel, reason: 'undelivered' });
    log.warn({ person, channel, answer, state: attempt.state }, 'a message did not arrive');
    await outbox.settle(open.id, attempt);
    onUndelivered();
  }

  #attempt(
    { channel, closed, doubtful }: OpenReceipt,
    result: 'delivered' | 'unconfirmed',
    answer: string,
  ): Attempt {
    const state = result === 'delivered' ? 'delivered' : 'sent';
    return {
      channel,
      at: this.#options.clock.wall(),
      result,
      answer,
      state,
      nextTry: null,
      closed,
      doubtful,
    };
  }
}
