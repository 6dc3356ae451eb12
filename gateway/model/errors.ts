/**
 * Every error that a user, an API client or an operator can meet. The code is stable and stands in the API README's
 * table; a test keeps both equal. `retry` says whether the same call may succeed later.
 */
export const ERRORS = {
  'config-invalid': { status: 400, retry: false, title: 'The site file has mistakes' },
  'config-unreadable': { status: 400, retry: false, title: 'The site file cannot be read' },
  'data-dir-unusable': { status: 500, retry: false, title: 'The data folder cannot be used' },
  'data-dir-in-use': { status: 500, retry: false, title: 'Another gateway uses the data folder' },
  'journal-newer': { status: 500, retry: false, title: 'The journal was written by a newer version' },
  'backup-damaged': { status: 500, retry: false, title: 'The backup is damaged' },
  'journal-unwritable': { status: 503, retry: true, title: 'The journal cannot write' },
  'disk-full': { status: 503, retry: true, title: 'There is no room on the disk' },
  'users-unreadable': { status: 503, retry: true, title: 'The file of users cannot be used' },
  'history-damaged': { status: 503, retry: true, title: 'Part of the history is being made again' },
  'port-in-use': { status: 500, retry: false, title: 'The port is in use' },
  'driver-unknown': { status: 400, retry: false, title: 'There is no such driver' },
  'device-unknown': { status: 404, retry: false, title: 'There is no such device' },
  'point-unknown': { status: 404, retry: false, title: 'There is no such point' },
  'alarm-unknown': { status: 404, retry: false, title: 'There is no such alarm' },
  'alarm-over': { status: 409, retry: false, title: 'The alarm is over' },
  'reason-missing': { status: 400, retry: false, title: 'A reason is needed' },
  'too-long': { status: 400, retry: false, title: 'Longer than the site allows' },
  'second-person-needed': { status: 403, retry: false, title: 'Another person must grant this' },
  'act-out-of-place': { status: 409, retry: false, title: 'As it stands, this cannot be done' },
  'indicator-unknown': { status: 404, retry: false, title: 'There is no such indicator' },
  'indicator-unreachable': { status: 502, retry: true, title: 'The indicator does not do as it should' },
  'push-unavailable': { status: 404, retry: false, title: 'The site has no web push' },
  'test-call-unknown': { status: 404, retry: false, title: 'There is no test call to answer' },
  'alarm-taken': { status: 409, retry: false, title: 'Somebody has acknowledged the alarm' },
  'link-invalid': { status: 404, retry: false, title: 'This is no link of this gateway' },
  'link-expired': { status: 410, retry: false, title: 'The link has expired' },
  'link-used': { status: 410, retry: false, title: 'The link was used before' },
  'request-invalid': { status: 400, retry: false, title: 'The request is not valid' },
  'not-found': { status: 404, retry: false, title: 'There is nothing here' },
  'login-required': { status: 401, retry: false, title: 'Log in first' },
  'login-failed': { status: 401, retry: true, title: 'Name or password is wrong' },
  'password-change-required': { status: 403, retry: false, title: 'Change the one-time password first' },
  'not-allowed': { status: 403, retry: false, title: 'Your role does not allow this' },
  'origin-refused': { status: 403, retry: false, title: 'The request came from another site' },
  'password-weak': { status: 400, retry: false, title: 'The password is too weak' },
  'user-unknown': { status: 404, retry: false, title: 'There is no such user' },
  'user-exists': { status: 409, retry: false, title: 'There is such a user already' },
  'last-administrator': { status: 409, retry: false, title: 'One administrator must remain' },
  'too-many-requests': { status: 429, retry: true, title: 'Too many requests' },
  'influx-unavailable': { status: 502, retry: true, title: 'InfluxDB does not answer as it should' },
  internal: { status: 500, retry: true, title: 'Something went wrong inside the gateway' },
} as const satisfies Record<string, { status: number; retry: boolean; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** What happened, where, and what to do, in one sentence for the person who reads it. */
export class HygateError extends Error {
  override readonly name = 'HygateError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
