import type { Clock, EpochMs, Ms, Timer } from '#model/time';

/** A clock that stands still until it is moved, and whose wall can be set. */
export class HandClock implements Clock {
  #now: Ms = 0;
  #wallAtZero: EpochMs;
  #tasks: { readonly due: Ms; readonly task: () => void }[] = [];

  constructor(wall: EpochMs) {
    this.#wallAtZero = wall;
  }

  wall = (): EpochMs => this.#wallAtZero + this.#now;
  monotonic = (): Ms => this.#now;
  sleep = (delay: Ms): Promise<void> => new Promise((resolve) => void this.after(delay, resolve));

  after(delay: Ms, task: () => void): Timer {
    const entry = { due: this.#now + Math.max(0, delay), task };
    this.#tasks.push(entry);
    const cancel = () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry);
    };
    return { cancel };
  }

  /** Somebody sets the clock; no time passes. */
  step(by: Ms): void {
    this.#wallAtZero += by;
  }

  /** Time passes, and what falls due is done in order. */
  async advance(time: Ms): Promise<void> {
    const end = this.#now + time;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      next.task();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    this.#now = end;
  }

  #next(end: Ms): { readonly due: Ms; readonly task: () => void } | undefined {
    const [next] = this.#tasks.toSorted((a, b) => a.due - b.due);
    if (next === undefined || next.due > end) return undefined;
    this.#tasks = this.#tasks.filter((task) => task !== next);
    return next;
  }
}
