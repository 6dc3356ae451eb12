import type { Pace } from '#model/channel';
import { type Ms, SECOND } from '#model/time';

/**
 * Keeps channels within what their providers take. Times are monotonic. It forgets at a restart: then the provider's
 * own refusal is the limit, as it is for what other programs send by the same account.
 */
export class Pacer {
  /** Channel, or channel and recipient → when messages were sent, oldest first. */
  readonly #sent = new Map<string, Ms[]>();

  /** How long a message must wait; 0 when it may go now. */
  wait(channel: string, person: string, paces: readonly Pace[], now: Ms): Ms {
    return Math.max(0, ...paces.map((pace) => this.#free(keyOf(channel, person, pace), pace) - now));
  }

  took(channel: string, person: string, paces: readonly Pace[], now: Ms): void {
    for (const pace of paces) {
      const key = keyOf(channel, person, pace);
      const recent = (this.#sent.get(key) ?? []).filter((at) => now - at < pace.within + SLACK);
      this.#sent.set(key, [...recent, now]);
    }
  }

  /** When the next one fits: when that many messages ago is far enough back. */
  #free(key: string, { messages, within }: Pace): Ms {
    const bound = this.#sent.get(key)?.at(-messages);
    return bound === undefined ? 0 : bound + within + SLACK;
  }
}

/** The provider counts by its own clock, from when a message arrives. */
const SLACK: Ms = SECOND / 2;

const keyOf = (channel: string, person: string, { per, messages, within }: Pace): string =>
  `${channel} ${per === 'recipient' ? person : ''} ${messages}/${within}`;
