import { DeliveryError } from '#model/channel';

/** nodemailer's codes that mean that the options are wrong and stay wrong. */
const MISCONFIGURED: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'ETLS', 'EREQUIRETLS', 'ECONFIG']);

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
