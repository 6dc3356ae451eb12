import { MINUTE } from '#model/time';
import { BUSY, limited, MISCONFIGURED, REJECTED, type Rulings } from '../../transport/ruling.ts';

/** Answers of `cgi-bin/webhook/send`; which of them were verified where says README.md. */
export const RULINGS: Rulings = {
  '-1': BUSY,
  // The account of messages is kept for a minute.
  45009: limited(MINUTE),
  45033: limited(MINUTE),
  // The key, or a message that is too long: ours never are.
  93000: MISCONFIGURED,
  93008: MISCONFIGURED,
  40008: REJECTED,
  40058: REJECTED,
  44004: REJECTED,
};
