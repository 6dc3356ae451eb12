/** Wakes everybody who waits. */
export class Bell {
  #rings = 0;
  #waiting = new Set<() => void>();

  /** How often it rang: taken before looking for news, so that a ring in between is not missed. */
  get rings(): number {
    return this.#rings;
  }

  ring(): void {
    this.#rings += 1;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  /** Resolves at the next ring after `seen`, or when the signal is aborted. */
  wait(seen: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || seen !== this.#rings) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
