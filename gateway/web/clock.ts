import type { EpochMs, Ms } from '#model/time';

/** The page's only source of time; the gateway's own clock is reached through the offset kept in the state. */
export const pageClock = {
  wall: (): EpochMs => Date.now(),
  /** Runs `task` every `period` ms; returns the way to stop. */
  every(period: Ms, task: () => void): () => void {
    const handle = setInterval(task, period);
    return () => clearInterval(handle);
  },
  after(delay: Ms, task: () => void): () => void {
    const handle = setTimeout(task, delay);
    return () => clearTimeout(handle);
  },
};
