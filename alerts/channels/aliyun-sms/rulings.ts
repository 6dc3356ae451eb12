import { HOUR, MINUTE } from '#model/time';
import { BUSY, limited, MISCONFIGURED, REJECTED, type Ruling, type Rulings } from '../../transport/ruling.ts';

/** Answers of `SendSms` and `QuerySendDetails`; which of them were verified where says README.md. */
const RULINGS: Rulings = {
  // The gateway before the service: key, signature, clock, rights.
  IncompleteSignature: MISCONFIGURED,
  InvalidAccessKeyId: MISCONFIGURED,
  InvalidTimeStamp: MISCONFIGURED,
  SignatureDoesNotMatch: MISCONFIGURED,
  Forbidden: MISCONFIGURED,
  MissingParameter: MISCONFIGURED,
  Throttling: limited(),
  ServiceUnavailable: BUSY,
  SignatureNonceUsed: BUSY,
  // The account.
  'isp.RAM_PERMISSION_DENY': MISCONFIGURED,
  'isv.ACCOUNT_ABNORMAL': MISCONFIGURED,
  'isv.ACCOUNT_NOT_EXISTS': MISCONFIGURED,
  'isv.AMOUNT_NOT_ENOUGH': MISCONFIGURED,
  'isv.DENY_IP_RANGE': MISCONFIGURED,
  'isv.OUT_OF_SERVICE': MISCONFIGURED,
  'isv.PRODUCT_UN_SUBSCRIPT': MISCONFIGURED,
  'isv.PRODUCT_UNSUBSCRIBE': MISCONFIGURED,
  // Signature, template and its parameters, telephone number.
  'isv.DOMESTIC_NUMBER_NOT_SUPPORTED': MISCONFIGURED,
  'isv.INVALID_JSON_PARAM': MISCONFIGURED,
  'isv.INVALID_PARAMETERS': MISCONFIGURED,
  'isv.MOBILE_NUMBER_ILLEGAL': MISCONFIGURED,
  'isv.SMS_SIGNATURE_ILLEGAL': MISCONFIGURED,
  'isv.SMS_SIGNATURE_SCENE_ILLEGAL': MISCONFIGURED,
  'isv.SMS_SIGN_ILLEGAL': MISCONFIGURED,
  'isv.SMS_TEMPLATE_ILLEGAL': MISCONFIGURED,
  'isv.TEMPLATE_MISSING_PARAMETERS': MISCONFIGURED,
  // These very words.
  'isv.BLACK_KEY_CONTROL_LIMIT': REJECTED,
  'isv.PARAM_LENGTH_LIMIT': REJECTED,
  'isv.PARAM_NOT_SUPPORT_URL': REJECTED,
  'isv.SMS_CONTENT_ILLEGAL': REJECTED,
  'isv.TEMPLATE_PARAMS_ILLEGAL': REJECTED,
  // Somebody may raise the limit at any time, so it is asked again before the day is over.
  'isv.DAY_LIMIT_CONTROL': limited(HOUR),
  'isv.MONTH_LIMIT_CONTROL': limited(HOUR),
};

export const rulingsFor = (words: string): Rulings => ({
  ...RULINGS,
  'isv.BUSINESS_LIMIT_CONTROL': flowControl(words),
});

/**
 * So many to one number in a minute, an hour or a day: only the words tell which (`触发小时级流控Permits:5`). Their day may
 * end sooner than 24 hours from now, so that after a day's share, too, it is tried again in an hour.
 */
const flowControl = (words: string): Ruling => limited(/小时级|天级/.test(words) ? HOUR : MINUTE);
