import { MINUTE } from '#model/time';
import { limited, MISCONFIGURED, type Ruling, type Rulings } from '../../transport/ruling.ts';

const LIMITED = limited(MINUTE);

/** Answers of `bot/v2/hook`; which of them were verified where says README.md. */
export const RULINGS: Rulings = {
  11232: LIMITED,
  11233: LIMITED,
  // The address, the signature or its time, the sender's address, the keyword, a robot that is off.
  19001: MISCONFIGURED,
  19007: MISCONFIGURED,
  19021: MISCONFIGURED,
  19022: MISCONFIGURED,
  19024: MISCONFIGURED,
};

/** 9499 means a bad request, or too many of them: only the words tell. */
export const rulingsFor = (words: string): Rulings => ({ ...RULINGS, 9499: badRequest(words) });

const badRequest = (words: string): Ruling => (/frequen|too many/i.test(words) ? LIMITED : MISCONFIGURED);
