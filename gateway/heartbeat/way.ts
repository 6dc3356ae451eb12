/** A way out of the house for one heartbeat. Throws when it did not arrive; gives up when the signal is aborted. */
export interface Way {
  readonly name: 'http' | 'mqtt';
  send(body: string, signal: AbortSignal): Promise<void>;
}
