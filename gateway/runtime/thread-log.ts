import type { Log } from '#model/log';

type Fields = Readonly<Record<string, unknown>>;
type Level = Exclude<keyof Log, 'child'>;

/** One line of a thread's log, as it crosses the thread boundary. */
export type LogCall = readonly [level: Level, fields: Fields, message: string];

/**
 * The log inside a worker thread: lines are written by the main thread's log, so that there is one place that knows
 * levels and secrets, and no thread loads a logger of its own.
 */
export class ThreadLog implements Log {
  readonly #send: (call: LogCall) => void;
  readonly #fields: Fields;

  constructor(send: (call: LogCall) => void, fields: Fields = {}) {
    this.#send = send;
    this.#fields = fields;
  }

  debug = (fields: Fields, message: string): void => this.#line('debug', fields, message);
  info = (fields: Fields, message: string): void => this.#line('info', fields, message);
  warn = (fields: Fields, message: string): void => this.#line('warn', fields, message);
  error = (fields: Fields, message: string): void => this.#line('error', fields, message);

  child(fields: Fields): Log {
    return new ThreadLog(this.#send, { ...this.#fields, ...fields });
  }

  #line(level: Level, fields: Fields, message: string): void {
    this.#send([level, { ...this.#fields, ...plain(fields) }, message]);
  }
}

/** Writes a thread's line. */
export const say = ([level, fields, message]: LogCall, log: Log): void => log[level](fields, message);

/** What can cross: errors keep message, code and stack; other objects become text. */
function plain(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, crossing(value)]));
}

function crossing(value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack } = value;
    return { type: name, message, stack, ...('code' in value ? { code: String(value.code) } : {}) };
  }
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'function' || typeof value === 'symbol' ? String(value) : value;
}
