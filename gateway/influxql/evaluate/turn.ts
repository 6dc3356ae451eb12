/** Everything else that waits for this thread goes first. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
