import { DeliveryError, type DeliveryFailure } from '#model/channel';

/** The modem's own answer to a command: ERROR, +CME ERROR or +CMS ERROR. */
export class AtError extends Error {
  readonly kind: 'error' | 'cme' | 'cms';
  readonly code: number;

  constructor(command: string, answer: string) {
    super(`${command} answered ${answer}`);
    this.kind = answer.startsWith('+CMS') ? 'cms' : answer.startsWith('+CME') ? 'cme' : 'error';
    this.code = Number(/\d+$/.exec(answer)?.[0] ?? Number.NaN);
  }
}

interface Meaning {
  readonly failure: DeliveryFailure;
  readonly retry: boolean;
  readonly text: string;
}

const rejected = (text: string): Meaning => ({ failure: 'rejected', retry: false, text });
const refused = (text: string): Meaning => ({ failure: 'refused', retry: true, text });
const sim = (text: string): Meaning => ({ failure: 'misconfigured', retry: false, text });

/** 3GPP TS 24.011, table 8.4 and annex E (below 128), and TS 27.005, clause 3.2.5 (from 300). */
const CMS: Readonly<Record<number, Meaning>> = {
  1: rejected('the number does not exist'),
  8: sim('the operator has barred the SIM: is its credit used up?'),
  10: sim('short messages are barred for this SIM'),
  21: rejected('the short message was rejected'),
  27: refused('the receiver is out of reach'),
  28: rejected('the receiver is not known'),
  29: rejected('the network rejects the facility'),
  30: rejected('the receiver is not known'),
  38: refused('the network is out of order'),
  41: refused('a temporary failure of the network'),
  42: refused('the network is congested'),
  47: refused('the network lacks resources'),
  50: sim('the SIM has no right to send short messages'),
  69: rejected('the network does not know the facility'),
  304: rejected('the modem does not take the PDU'),
  310: sim('there is no SIM in the modem'),
  311: sim('the SIM asks for its PIN'),
  313: sim('the SIM is broken'),
  316: sim('the SIM asks for its PUK'),
  330: sim('the service centre’s number is not on the SIM: set `centre`'),
  331: refused('there is no network'),
};

/** 3GPP TS 27.007, clause 9.2.1. */
const CME: Readonly<Record<number, Meaning>> = {
  10: CMS[310] ?? sim('no SIM'),
  11: CMS[311] ?? sim('PIN'),
  12: CMS[316] ?? sim('PUK'),
  13: CMS[313] ?? sim('SIM'),
  15: sim('the SIM is the wrong one for this modem'),
  16: sim('the SIM did not take the PIN'),
  30: CMS[331] ?? refused('no network'),
  32: refused('the network allows emergency calls only'),
};

/** The network may have taken it all the same. */
const NETWORK_TIMEOUT = { cms: 332, cme: 31 } as const;

/** What went wrong in a conversation with the modem, for the next try. */
export function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (!(error instanceof AtError)) return new DeliveryError('unreachable', true, `the modem: ${said}`);
  const { kind, code } = error;
  if (kind !== 'error' && code === NETWORK_TIMEOUT[kind]) return new DeliveryError('timeout', true, said);
  const meaning = kind === 'error' ? undefined : (kind === 'cms' ? CMS : CME)[code];
  const { failure, retry, text } = meaning ?? refused('the modem does not say why');
  return new DeliveryError(failure, retry, `${said}: ${text}`);
}
