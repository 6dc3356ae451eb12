import { setErrorLogger, setWarningLogger } from 'node-opcua-client';
import type { Log } from '#model/log';

let redirected = false;

/**
 * node-opcua writes pages to standard error. What matters reaches us as errors of the calls; the rest goes to our
 * log as details. The setting is one for the whole thread, so the first device's log takes it.
 */
export function redirectLibraryLog(log: Log): void {
  if (redirected) return;
  redirected = true;
  const toLog = (_context: unknown, ...parts: unknown[]) => {
    log.debug({ library: 'node-opcua', text: parts.map(String).join(' ') }, 'the OPC UA library says');
  };
  setErrorLogger(toLog);
  setWarningLogger(toLog);
}
