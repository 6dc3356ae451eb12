import { pino } from 'pino';
import type { Log } from '#model/log';

const SECRETS = ['password', 'token', 'secret', '*.password', '*.token', '*.secret', '*.*.password'];

/**
 * JSON lines on standard error, written at once and without a transport thread: a slow reader of the log must not
 * grow our memory (pino#1781). Standard output stays free for what a command prints.
 */
export function createLog(level: string): Log {
  const destination = pino.destination({ fd: 2, sync: true });
  return pino({ level, base: null, redact: { paths: SECRETS, censor: '<secret>' } }, destination);
}
