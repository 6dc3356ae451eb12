import { resolve } from 'node:path';
import type { Site } from '#model/site';
import { type Ms, realClock, SECOND } from '#model/time';
import { Gateway, type GatewayOptions } from '../main.ts';
import { createLog } from '../runtime/log.ts';
import { collectStartGarbage } from '../runtime/start-garbage.ts';
import { stopSignal } from './stop-signal.ts';

/** Ctrl-C must end it within 5 s: what has not stopped by then is left. Acknowledged readings are on disk anyway. */
const STOP_WITHIN: Ms = 4.5 * SECOND;

export interface ServeOptions extends Pick<GatewayOptions, 'journal'> {
  readonly site: Site;
  readonly dataDir: string;
  /** Lines printed after the address, for example how to run one's own site. */
  readonly hints?: readonly string[];
}

/** Runs a gateway until SIGINT or SIGTERM; resolves with the exit code. */
export async function serve({ dataDir, hints = [], ...options }: ServeOptions): Promise<number> {
  const log = createLog(process.env['HYGATE_LOG'] ?? 'warn');
  const gateway = new Gateway({ ...options, dataDir: resolve(dataDir), log });
  const stopped = stopSignal();
  await gateway.start();
  process.stdout.write(`${[...welcome(gateway, resolve(dataDir)), ...hints].join('\n')}\n`);
  collectStartGarbage(realClock, log);
  await stopped;
  process.stdout.write('Stopping …\n');
  const left = setTimeout(() => {
    process.stderr.write('hygate: a part did not stop in time and was left; nothing acknowledged is lost\n');
    process.exit(1);
  }, STOP_WITHIN).unref();
  await gateway.stop();
  clearTimeout(left);
  process.stdout.write('Stopped.\n');
  return 0;
}

function welcome(gateway: Gateway, dataDir: string): string[] {
  const admin = gateway.firstAdministrator;
  return [
    '',
    `Page       ${gateway.pageUrl}`,
    ...(admin === null
      ? ['Log in     with the name and password that you chose']
      : [
          `Log in     ${admin.name}   one-time password: ${admin.password}   (you choose your own at log-in; until then each start makes a new one)`,
        ]),
    `Loggers    ${gateway.mqttUrl}`,
    `Data       ${dataDir}`,
  ];
}
