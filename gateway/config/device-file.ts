import { type Static, Type } from 'typebox';
import { quantities } from '#model/quantity';
import { choice, count, duration, id, keys, list, name, secret, span, text } from './fields.ts';
import { LimitsFile } from './limits-file.ts';
import { day } from './schedule.ts';

const optional = Type.Optional;
const QUANTITIES = Object.keys(quantities) as (keyof typeof quantities)[];

const pointKeys = {
  key: id('Name of the point in its device.'),
  name: optional(name('For people; by default the name of the quantity.')),
  quantity: choice('What is measured.', QUANTITIES),
  range: optional(
    span('What the instrument can show; a value outside is a fault. By default the range of the quantity.'),
  ),
};

const scaling = {
  scale: optional(Type.Number({ description: 'value = raw × scale + offset; by default 1.' })),
  offset: optional(Type.Number({ description: 'By default 0.' })),
};

const FaultFile = keys({
  raw: Type.Number({ description: 'The raw number, before scale and offset.' }),
  reason: choice('What it means.', [
    'sensor-fault',
    'out-of-range',
    'calibration',
    'maintenance',
    'frozen',
    'stale',
    'decode',
  ]),
});

export const ModbusPointFile = keys({
  ...pointKeys,
  table: choice('The table of the register.', ['coil', 'discrete', 'input', 'holding']),
  address: count('Protocol address, counted from 0: register 40001 of a manual is holding 0.', 0, 65_535),
  type: choice('How the value is coded.', [
    'bool',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'int64',
    'uint64',
    'float32',
    'float64',
  ]),
  order: optional(
    choice('Order of the bytes on the wire, A the most significant; by default ABCD.', [
      'ABCD',
      'CDAB',
      'BADC',
      'DCBA',
    ]),
  ),
  bit: optional(count('For bool in a register: its bit, 0 the least significant.', 0, 15)),
  ...scaling,
  faults: optional(
    list(FaultFile, { description: 'Raw numbers by which the device says that it has no value.' }),
  ),
});

export const OpcuaPointFile = keys({
  ...pointKeys,
  node: text('The node, such as nsu=urn:maker:fridge;s=Temp or ns=2;i=1001.', {
    pattern: '^((ns=[0-9]+|nsu=[^;]+);)?[isgb]=.+$',
    title: 'a node id such as nsu=urn:maker:fridge;s=Temp',
    zh: '节点标识，如 nsu=urn:maker:fridge;s=Temp',
  }),
  ...scaling,
});

export const PlainPointFile = keys(pointKeys);

const deviceKeys = {
  id: id('Unique in the site; first part of its points’ ids.'),
  name: optional(name('For people; by default the driver’s title and the id.')),
  area: id('The area where it stands.'),
  driver: text('Name of its driver: a folder of collectors/drivers.'),
  every: optional(duration('How often to read; by default what the driver says.', { least: '100ms' })),
  limits: optional(LimitsFile),
  calibration: optional(
    keys(
      { due: day('The last day on which it is valid.'), certificate: text('Number of the certificate.') },
      { description: 'Of its sensors.' },
    ),
  ),
};

const TraitsFile = keys(
  {
    'max-registers': optional(count('Registers in one request.', 1, 125)),
    'max-bits': optional(count('Coils or discrete inputs in one request.', 1, 2000)),
    hole: optional(
      count('Unwanted registers that may be read to join two neighbours; 0 where that is refused.', 0, 124),
    ),
    pause: optional(duration('Rest between two requests.')),
    timeout: optional(duration('Longest time to an answer.', { least: '10ms' })),
  },
  { description: 'What this device can bear; by default the driver’s traits.' },
);

export const ModbusDeviceFile = keys(
  {
    ...deviceKeys,
    connect: text(
      'modbus-tcp://HOST:502?unit=1, modbus-rtu-over-tcp://HOST:PORT?unit=1 or modbus-rtu:///dev/ttyUSB0?baud=9600&parity=even&data=8&stop=1&unit=1.',
    ),
    traits: optional(TraitsFile),
    points: optional(list(ModbusPointFile, { description: 'For the driver modbus: what to read.' })),
  },
  { title: 'a Modbus device', zh: 'Modbus 设备', protocol: 'modbus' },
);

const SecurityFile = keys(
  {
    mode: choice('Of the secure channel.', ['None', 'Sign', 'SignAndEncrypt'], { default: 'SignAndEncrypt' }),
    policy: choice('The only policy that is spoken.', ['Basic256Sha256'], { default: 'Basic256Sha256' }),
    user: optional(text('To log in with a name; needs password.')),
    password: optional(secret('Of the user.')),
    certificate: optional(text('To log in with a certificate: its file (PEM); needs key.')),
    key: optional(text('File of the certificate’s private key (PEM).')),
    server: optional(
      text('SHA-256 of the server’s certificate. Without it the gateway shows the certificate and waits.', {
        pattern: '^([0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$',
        title: 'the SHA-256 of the server’s certificate, 64 hex digits',
        zh: '服务器证书的 SHA-256，64 位十六进制数字',
      }),
    ),
  },
  { description: 'How to meet the server; by default encrypted and anonymous.', default: {} },
);

export const OpcuaDeviceFile = keys(
  {
    ...deviceKeys,
    connect: text('opc.tcp://HOST:4840/PATH.'),
    security: SecurityFile,
    acquire: choice(
      'subscribe: every change comes. poll: one read of all nodes each period.',
      ['subscribe', 'poll'],
      {
        default: 'subscribe',
      },
    ),
    sampling: duration('Sampling interval of the server in a subscription.', {
      default: '1s',
      least: '10ms',
    }),
    timeout: duration('Longest time to an answer.', { default: '5s', least: '10ms' }),
    points: optional(list(OpcuaPointFile, { description: 'For the driver opcua: what to read.' })),
  },
  { title: 'an OPC UA device', zh: 'OPC UA 设备', protocol: 'opcua' },
);

export const MqttDeviceFile = keys(
  {
    ...deviceKeys,
    login: keys(
      { user: optional(text('By default the device’s id.')), password: secret('Of the device.') },
      { description: 'How the device logs in to the broker.' },
    ),
    points: optional(list(PlainPointFile, { description: 'For drivers without points of their own.' })),
  },
  { title: 'an MQTT device', zh: 'MQTT 设备', protocol: 'mqtt' },
);

export type ModbusPointFile = Static<typeof ModbusPointFile>;
export type OpcuaPointFile = Static<typeof OpcuaPointFile>;
export type PlainPointFile = Static<typeof PlainPointFile>;
export type ModbusDeviceFile = Static<typeof ModbusDeviceFile>;
export type OpcuaDeviceFile = Static<typeof OpcuaDeviceFile>;
export type MqttDeviceFile = Static<typeof MqttDeviceFile>;
export type DeviceFile = ModbusDeviceFile | OpcuaDeviceFile | MqttDeviceFile;
