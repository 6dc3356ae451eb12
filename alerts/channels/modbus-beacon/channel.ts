import { type Static, Type } from 'typebox';
import { defineIndicator } from '#model/channel';
import { SECOND } from '#model/time';
import { Beacon } from './beacon.ts';

const coil = (description: string) =>
  Type.Optional(
    Type.Integer({
      ...{ minimum: 0, maximum: 65535 },
      ...{ title: 'a coil from 0 to 65535', zh: '0 到 65535 的线圈' },
      description,
    }),
  );

const options = Type.Object(
  {
    connect: Type.String({
      pattern:
        '^(modbus-tcp://[^\\s/?#]+|modbus-rtu-over-tcp://[^\\s/?#]+:\\d+|modbus-rtu:///[^\\s?#]+)' +
        '\\?unit=\\d{1,3}(&baud=\\d{3,7}|&parity=(none|even|odd)|&stop=[12])*$',
      title: 'an address such as modbus-tcp://192.168.10.60:502?unit=1',
      zh: '地址，如 modbus-tcp://192.168.10.60:502?unit=1',
      description:
        'The relay module: `modbus-tcp://`, `modbus-rtu-over-tcp://` or `modbus-rtu:///dev/ttyUSB0`.',
    }),
    red: coil('Coil of the lamp for a critical alarm.'),
    amber: coil('Coil of the lamp for a warning.'),
    horn: coil('Coil of the horn: it sounds until somebody has taken the alarm.'),
    healthy: coil('Coil that is on while the gateway watches, written anew with each refresh.'),
    beat: Type.Enum(['hold', 'toggle'], {
      ...{ default: 'hold', title: 'hold or toggle', zh: 'hold 或 toggle' },
      description: 'Whether `healthy` stays on, or changes with each refresh for a time relay behind it.',
    }),
    hornFrom: Type.Enum(['critical', 'warning'], {
      ...{ default: 'critical', title: 'critical or warning', zh: 'critical 或 warning' },
      description: 'The least severity for which the horn sounds.',
    }),
    closedCircuit: Type.Array(Type.Enum(['red', 'amber', 'horn']), {
      ...{ default: [], title: 'a list of red, amber and horn', zh: 'red、amber、horn 的列表' },
      description:
        'Outputs wired so that they work when the coil is off: they work, too, when the module is dead.',
    }),
  },
  { title: 'the indicator modbus-beacon', zh: '声光报警器 modbus-beacon', additionalProperties: false },
);

export type Options = Static<typeof options>;

export default defineIndicator({
  name: 'modbus-beacon',
  title: { zh: '声光报警器（Modbus）', en: 'Beacon (Modbus)' },
  options,
  // Watchdogs of relay modules are set to tens of seconds.
  refresh: 5 * SECOND,
  open: (given, { clock }) => new Beacon(given, clock),
});
