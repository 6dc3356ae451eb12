import { DeliveryError } from '#model/channel';

/** nodemailer's codes that mean that the options are wrong and stay wrong. */
const MISCONFIGURED: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'ETLS', 'EREQUIRETLS', 'ECONFIG']);

/** RFC 4954, clause 6, and RFC 3207, clause 4: a log-in, another one, or encryption is needed first. */
const LOG_IN_FIRST: ReadonlySet<number> = new Set([530, 534, 535, 538]);

const CERTIFICATE = /certificate|altnames/i;

/**
 * What an error of nodemailer means for the next try. The server's answer decides where there is one: 4yz may pass,
 * 5yz will not (RFC 5321, clause 4.2.1).
 */
export function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { message, code, responseCode } = detailsOf(error);
  if (code === 'ETIMEDOUT') return new DeliveryError('timeout', true, message);
  if (responseCode !== undefined && responseCode < 500) return new DeliveryError('refused', true, message);
  if (MISCONFIGURED.has(code)) return new DeliveryError('misconfigured', false, message);
  // nodemailer says ESOCKET of a certificate, too; the words are OpenSSL's and Node's.
  if (responseCode === undefined && CERTIFICATE.test(message))
    return new DeliveryError('misconfigured', false, message);
  if (responseCode !== undefined && LOG_IN_FIRST.has(responseCode))
    return new DeliveryError('misconfigured', false, message);
  if (responseCode !== undefined) return new DeliveryError('rejected', false, message);
  if (code === 'EENVELOPE') return new DeliveryError('rejected', false, message);
  return new DeliveryError('unreachable', true, message);
}

function detailsOf(error: unknown): { message: string; code: string; responseCode: number | undefined } {
  const { message, code, responseCode } = (error ?? {}) as Record<string, unknown>;
  return {
    message: typeof message === 'string' ? message : String(error),
    code: typeof code === 'string' ? code : '',
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
  };
}
