import { DeliveryError, type DeliveryFailure } from '#model/channel';

/** PUBACK: taken, but there is no subscriber (MQTT 5.0, clause 3.4.2.1). An alarm that nobody gets is not sent. */
export const NOBODY_LISTENS = 0x10;

interface Meaning {
  readonly failure: DeliveryFailure;
  readonly retry: boolean;
  readonly text: string;
}

const meaning = (failure: DeliveryFailure, retry: boolean, text: string): Meaning => ({
  failure,
  retry,
  text,
});

const LOG_IN = meaning('misconfigured', false, 'user name or password is wrong');
const NOT_ALLOWED = meaning(
  'misconfigured',
  false,
  'not authorized: look at the rights of the user for the topic',
);
const BUSY = meaning('refused', true, 'the broker is unavailable or busy');
const QUOTA = meaning('rate-limited', true, 'a quota is exceeded');

/** CONNACK of MQTT 3.1.1 (clause 3.2.2.3, 1 to 5), and reason codes of MQTT 5.0 (clause 2.4). */
const CODES: Readonly<Record<number, Meaning>> = {
  1: meaning('misconfigured', false, 'the broker does not speak this version of MQTT: set `version`'),
  2: BUSY,
  3: BUSY,
  4: LOG_IN,
  5: NOT_ALLOWED,
  [NOBODY_LISTENS]: meaning('undelivered', true, 'the broker took it, but nobody subscribes to the topic'),
  132: meaning('misconfigured', false, 'the broker does not speak this version of MQTT: set `version`'),
  134: LOG_IN,
  135: NOT_ALLOWED,
  136: BUSY,
  137: BUSY,
  138: meaning('misconfigured', false, 'this client is banned'),
  144: meaning('misconfigured', false, 'the broker does not take this topic'),
  149: meaning('rejected', false, 'the message is too large for the broker'),
  151: QUOTA,
  153: meaning('rejected', false, 'the broker does not take this payload'),
  159: QUOTA,
};

/** OpenSSL and Node say these of a certificate; trying again does not mend it. */
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|HOSTNAME_MISMATCH|ERR_SSL_)/;

/** What mqtt.js says of a refusal that MQTT does not know for a PUBACK: mosquitto 2.0 answers 149 to what is too large. */
const STRANGE_REFUSAL = 'Invalid puback reason code';

/** What an error of mqtt.js or of its socket means for the next try. */
export function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { message, code, reasonCode } = (error ?? {}) as {
    message?: string;
    code?: unknown;
    reasonCode?: number;
  };
  const said = message ?? String(error);
  const number = typeof code === 'number' ? code : reasonCode;
  if (number !== undefined) return ofCode(number, said);
  if (CERTIFICATE.test(String(code))) return new DeliveryError('misconfigured', false, `TLS: ${said}`);
  if (said.startsWith(STRANGE_REFUSAL))
    return new DeliveryError('rejected', false, `the broker refused it: ${said}`);
  if (said === 'connack timeout') return new DeliveryError('timeout', true, said);
  return new DeliveryError('unreachable', true, said);
}

function ofCode(code: number, said: string): DeliveryError {
  const { failure, retry, text } = CODES[code] ?? meaning('refused', true, said);
  return new DeliveryError(failure, retry, `MQTT reason ${code}: ${text}`);
}
