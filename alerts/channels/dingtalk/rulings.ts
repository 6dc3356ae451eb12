import { MINUTE } from '#model/time';
import { BUSY, limited, MISCONFIGURED, REJECTED, type Rulings } from '../../transport/ruling.ts';

/** Whoever sends a 21st message within a minute is shut out for ten. */
const SHUT_OUT = limited(10 * MINUTE);

/** Answers of `robot/send`; which of them were verified where says README.md. */
export const RULINGS: Rulings = {
  '-1': BUSY,
  130101: SHUT_OUT,
  410100: SHUT_OUT,
  // The day's or month's share of messages is used up.
  90030: SHUT_OUT,
  660026: SHUT_OUT,
  // Keyword, signature, time or address of the sender: all four have one code.
  310000: MISCONFIGURED,
  300001: MISCONFIGURED,
  300005: MISCONFIGURED,
  400013: MISCONFIGURED,
  400101: MISCONFIGURED,
  400102: MISCONFIGURED,
  400105: MISCONFIGURED,
  400106: MISCONFIGURED,
  // An address, words or pictures that they hold unsafe.
  430101: REJECTED,
  430102: REJECTED,
  430103: REJECTED,
  430104: REJECTED,
};
