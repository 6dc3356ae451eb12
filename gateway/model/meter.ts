/** Where parts count what they do. The catalogue of names stands in `runtime/metrics`. */
export interface Meter {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  gauge(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  /** Adds to a histogram; seconds. */
  time(name: string, seconds: number, labels?: Readonly<Record<string, string>>): void;
}

export const silentMeter: Meter = { count() {}, gauge() {}, time() {} };
