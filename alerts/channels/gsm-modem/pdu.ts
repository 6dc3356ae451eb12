import { packSeptets } from './gsm7.ts';
import type { Part } from './parts.ts';

/* SMS-SUBMIT and SMS-STATUS-REPORT as AT+CMGS and +CDS carry them (3GPP TS 23.040, clause 9.2.2; TS 27.005, clause 4). */

/** Where a part belongs: the same reference for all parts of a text and for all its tries. */
export interface Place {
  /** 0 to 65535. */
  readonly reference: number;
  readonly total: number;
  /** From 1. */
  readonly number: number;
}

export interface Submit {
  readonly to: string;
  readonly part: Part;
  /** Null: the text is one message. */
  readonly place: Place | null;
  /** A status report is wished. */
  readonly report: boolean;
  /** TP-VP, relative (clause 9.2.3.12.1): the network gives up then. */
  readonly validity: number;
}

export interface Pdu {
  readonly hex: string;
  /** For AT+CMGS: octets without the service centre's address. */
  readonly octets: number;
}

const SUBMIT = 0x01;
const RELATIVE_VALIDITY = 0x10;
const STATUS_REPORT_REQUEST = 0x20;
const HEADER_PRESENT = 0x40;
const UCS_2 = 0x08;
/** The service centre that the SIM knows. */
const SIMS_OWN_CENTRE = '00';

export function submitPdu({ to, part, place, report, validity }: Submit): Pdu {
  const header = place === null ? Buffer.alloc(0) : concatenation(place);
  const flags =
    SUBMIT | RELATIVE_VALIDITY | (report ? STATUS_REPORT_REQUEST : 0) | (place === null ? 0 : HEADER_PRESENT);
  const octets = Buffer.concat([
    // TP-MR 0: the modem counts by itself.
    Buffer.from([flags, 0x00]),
    addressOf(to),
    // TP-PID 0: person to person.
    Buffer.from([0x00, part.alphabet === 'ucs-2' ? UCS_2 : 0x00, validity]),
    userData(part, header),
  ]);
  return { hex: SIMS_OWN_CENTRE + octets.toString('hex').toUpperCase(), octets: octets.length };
}

/** Clause 9.2.3.24.8: concatenated short messages, 16-bit reference. */
const concatenation = ({ reference, total, number }: Place): Buffer =>
  Buffer.from([0x06, 0x08, 0x04, reference >> 8, reference & 0xff, total, number]);

/** Clause 9.2.3.24: the length counts septets or octets, header and fill bits included. */
function userData({ alphabet, units }: Part, header: Buffer): Buffer {
  if (alphabet === 'ucs-2') {
    const text = Buffer.from(units.flatMap((unit) => [unit >> 8, unit & 0xff]));
    return Buffer.concat([Buffer.from([header.length + text.length]), header, text]);
  }
  const headerSeptets = Math.ceil((header.length * 8) / 7);
  const packed = packSeptets(units, headerSeptets * 7);
  header.copy(packed);
  return Buffer.concat([Buffer.from([headerSeptets + units.length]), packed]);
}

/** Clause 9.1.2.5: digits in swapped pairs; 91 international, 81 as one dials it. */
function addressOf(number: string): Buffer {
  const digits = number.replace(/\D/g, '');
  return Buffer.concat([
    Buffer.from([digits.length, number.startsWith('+') ? 0x91 : 0x81]),
    Buffer.from(swapped(digits), 'hex'),
  ]);
}

const swapped = (digits: string): string =>
  `${digits}${digits.length % 2 === 0 ? '' : 'F'}`.replace(/(.)(.)/g, '$2$1');

export interface StatusReport {
  /** TP-MR: what +CMGS answered for the part. */
  readonly reference: number;
  /** TP-ST (clause 9.2.3.15). */
  readonly status: number;
}

/** Undefined when it is none. */
export function readStatusReport(hex: string): StatusReport | undefined {
  const bytes = Buffer.from(hex, 'hex');
  const start = 1 + (bytes[0] ?? 0);
  // TP-MTI 2.
  if (((bytes[start] ?? 0) & 0x03) !== 0x02) return undefined;
  const digits = bytes[start + 2] ?? 0;
  // Behind first octet, reference, address and two time stamps of 7 octets.
  const status = bytes[start + 4 + Math.ceil(digits / 2) + 14];
  const reference = bytes[start + 1];
  return status === undefined || reference === undefined ? undefined : { reference, status };
}
