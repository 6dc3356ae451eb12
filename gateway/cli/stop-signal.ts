/** Resolves when somebody wants this process to end. A second Ctrl-C changes nothing: the stop has its own limit. */
export function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done());
    // A parent that dies takes its child along.
    process.on('disconnect', () => done());
    // Listening for it must not keep a child alive that is done.
    process.channel?.unref();
  });
}
