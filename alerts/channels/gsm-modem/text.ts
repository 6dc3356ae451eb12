import { createHash } from 'node:crypto';
import { DeliveryError, type Message, type Recipient } from '#model/channel';
import { partsOf, shorten } from './parts.ts';
import { type Pdu, submitPdu } from './pdu.ts';

/** After a day the network gives up: TP-VP 167 (3GPP TS 23.040, clause 9.2.3.12.1). Old news wakes nobody. */
const A_DAY = 167;

const REPEAT = { zh: '（可能重复）', en: '(may be a repeat)' };

export interface Writing {
  /** The most parts of one text. */
  readonly parts: number;
  /** A status report is wished. */
  readonly report: boolean;
}

export interface ShortMessage {
  readonly text: string;
  readonly pdus: readonly Pdu[];
}

/** The short messages to one person, in their language. Every try has the same reference, so that phones join its parts. */
export function render({ parts: most, report }: Writing, message: Message, to: Recipient): ShortMessage {
  const number = to.phone?.replace(/[^\d+]/g, '') ?? '';
  if (!/^\+?\d{3,20}$/.test(number)) {
    throw new DeliveryError('misconfigured', false, `${to.id} has no telephone number in the site file`);
  }
  const { subject, body, link, repeat, key } = message;
  const mark = repeat ? REPEAT[to.language] : '';
  const text = shorten(`${mark}${subject[to.language]}\n${body[to.language]}`, link ? `\n${link}` : '', most);
  const parts = partsOf(text);
  const reference = createHash('sha256').update(`${key}/${to.id}`).digest().readUInt16BE(0);
  const pdus = parts.map((part, index) => {
    const place = parts.length === 1 ? null : { reference, total: parts.length, number: index + 1 };
    return submitPdu({ to: number, part, place, report, validity: A_DAY });
  });
  return { text, pdus };
}
