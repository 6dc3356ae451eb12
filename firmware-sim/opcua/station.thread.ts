import { setPriority } from 'node:os';
import type { Ms } from '#model/time';
import { runThread } from '../../gateway/runtime/thread-side.ts';
import type { ServerOptions, Shown } from './server.ts';

export type ToStation =
  /** The port is free now. */
  | { readonly kind: 'listen' }
  | { readonly kind: 'show'; readonly at: Ms; readonly shown: readonly (readonly (Shown | null)[])[] };

/** The only message from here: clients are served. */
export const SERVING = 'serving';

await runThread<ServerOptions>(async ({ data, post, log }) => {
  // Loading the stack is a second of work, just when the gateway starts on the same cores. On Linux: this thread only.
  setPriority(10);
  const { setErrorLogger, setWarningLogger } = await import('node-opcua-client');
  const { StationServer } = await import('./server.ts');
  // node-opcua writes to the terminal whenever a client goes away.
  const toLog = (_context: unknown, ...parts: unknown[]) => {
    log.debug({ library: 'node-opcua', text: parts.map(String).join(' ') }, 'the OPC UA library says');
  };
  setErrorLogger(toLog);
  setWarningLogger(toLog);
  const server = new StationServer(data);
  await server.build();
  return {
    onMessage(message) {
      const order = message as ToStation;
      if (order.kind === 'show') server.show(order.shown, order.at);
      // A port that is taken ends the thread; it is started again until it succeeds.
      else void server.listen().then(() => post(SERVING));
    },
    stop: () => server.stop(),
  };
});
