import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { runFleet } from '../../collectors/fleet.ts';
import { createLog } from '../runtime/log.ts';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';
import { stopSignal } from './stop-signal.ts';

export const command: Command = {
  synopsis: '--config FILE --broker mqtt://HOST:PORT --user NAME',
  summary: 'runs the collectors alone; password in HYGATE_MQTT_PASSWORD',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        broker: { type: 'string' },
        user: { type: 'string' },
        data: { type: 'string', default: 'data/collect' },
      },
    });
    const { config, broker, user, data } = values;
    const password = process.env['HYGATE_MQTT_PASSWORD'];
    if (config === undefined || broker === undefined || user === undefined || password === undefined) {
      throw new HygateError(
        'request-invalid',
        `give ${command.synopsis}, and the password in the environment as HYGATE_MQTT_PASSWORD`,
      );
    }
    if (!/^mqtts?:\/\/[^/]+$/.test(broker)) {
      throw new HygateError(
        'request-invalid',
        `--broker must be an address such as mqtt://192.168.10.2:1883; it is "${broker}"`,
      );
    }
    const { site } = await readSite(config);
    const fleet = await runFleet({
      ...{ site, broker: { url: broker, user, password }, dataDir: data },
      log: createLog(process.env['HYGATE_LOG'] ?? 'info'),
      meter: silentMeter,
      clock: realClock,
    });
    process.stdout.write(`Reading ${site.devices.length} devices for ${broker}\n`);
    await stopSignal();
    await fleet.stop();
    return 0;
  },
};
