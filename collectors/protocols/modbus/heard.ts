/**
 * Resolves when what had come on any wire by now has been read. A process that stood still wakes to its timers first, and
 * would take what lies there unread for silence.
 */
export const heard = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
