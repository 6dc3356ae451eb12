/** Milliseconds since 1970-01-01T00:00:00Z, a whole number. */
export type EpochMs = number;

/** A length of time in milliseconds. */
export type Ms = number;

export interface Timer {
  cancel(): void;
}

/**
 * The only source of time. Pure code takes `now` as an argument; parts with a life take a Clock, so that tests
 * own it. `wall` may step (NTP, an operator); `monotonic` never does and has no meaning outside the process.
 */
export interface Clock {
  wall(): EpochMs;
  monotonic(): Ms;
  /** Runs `task` once, `delay` ms from now on the monotonic clock. The timer does not keep the process alive. */
  after(delay: Ms, task: () => void): Timer;
  /** Resolves `delay` ms from now; rejects with the signal's reason when it is aborted first. */
  sleep(delay: Ms, signal?: AbortSignal): Promise<void>;
}

export const SECOND: Ms = 1_000;
export const MINUTE: Ms = 60_000;
export const HOUR: Ms = 3_600_000;
export const DAY: Ms = 86_400_000;

/** `setTimeout` fires at once when asked for more than this. */
const LONGEST_TIMER: Ms = 0x7fffffff;

export const realClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  after(delay, task) {
    const handle = setTimeout(task, Math.min(Math.max(0, delay), LONGEST_TIMER));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
  sleep: (delay, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const finish = () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const handle = setTimeout(finish, Math.min(Math.max(0, delay), LONGEST_TIMER));
      const abort = () => {
        clearTimeout(handle);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    }),
};

const UNITS: Readonly<Record<string, Ms>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** Reads `500ms`, `10s`, `1.5m`, `2h`, `30d`; undefined when the text is none of these. */
export function parseDuration(text: string): Ms | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = UNITS[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

/** The shortest form that `parseDuration` reads back to the same length. */
export function formatDuration(length: Ms): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    const ms = UNITS[unit] ?? 1;
    if (length >= ms && length % ms === 0) return `${length / ms}${unit}`;
  }
  return `${length}ms`;
}
