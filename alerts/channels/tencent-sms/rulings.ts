import { HOUR, SECOND } from '#model/time';
import { BUSY, limited, MISCONFIGURED, REJECTED, type Rulings } from '../../transport/ruling.ts';

/** Codes of a whole answer and of one number; which of them were verified where says README.md. */
export const RULINGS: Rulings = {
  AuthFailure: MISCONFIGURED,
  UnauthorizedOperation: MISCONFIGURED,
  UnsupportedOperation: MISCONFIGURED,
  InvalidParameter: MISCONFIGURED,
  InvalidParameterValue: MISCONFIGURED,
  MissingParameter: MISCONFIGURED,
  InternalError: BUSY,
  RequestLimitExceeded: limited(),
  'FailedOperation.InsufficientBalanceInSmsPackage': MISCONFIGURED,
  'FailedOperation.PhoneNumberInBlacklist': MISCONFIGURED,
  'FailedOperation.SignatureIncorrectOrUnapproved': MISCONFIGURED,
  'FailedOperation.TemplateIncorrectOrUnapproved': MISCONFIGURED,
  'FailedOperation.TemplateParamSetNotMatchApprovedTemplate': MISCONFIGURED,
  'FailedOperation.TemplateUnapprovedOrNotExist': MISCONFIGURED,
  'FailedOperation.ContainSensitiveWord': REJECTED,
  'InvalidParameterValue.ContentLengthLimit': REJECTED,
  'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter': REJECTED,
  'InvalidParameterValue.TemplateParameterFormatError': REJECTED,
  'InvalidParameterValue.TemplateParameterLengthLimit': REJECTED,
  // Per number, unless the account says otherwise; and whatever else the account is limited to.
  'LimitExceeded.PhoneNumberThirtySecondLimit': limited(30 * SECOND),
  'LimitExceeded.DeliveryFrequencyLimit': limited(30 * SECOND),
  LimitExceeded: limited(HOUR),
};
