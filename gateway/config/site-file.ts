import { type Static, Type } from 'typebox';
import { HeartbeatFile, MaintenanceFile, PolicyFile, SuppressFile, TestCallFile } from './dealing-file.ts';
import { ModbusDeviceFile, MqttDeviceFile, OpcuaDeviceFile } from './device-file.ts';
import { choice, count, duration, id, keep, keys, list, name, secret, text, url } from './fields.ts';
import { AREA_KINDS, PersonFile, RotaFile, RouteFile } from './people-file.ts';

const optional = Type.Optional;

const listen = (description: string, address: string) =>
  text(description, {
    pattern: '^(\\[[0-9a-fA-F:.]+\\]|[^\\s:]+):[0-9]{1,9}$',
    title: 'HOST:PORT such as 127.0.0.1:1883',
    zh: '主机:端口，如 127.0.0.1:1883',
    default: address,
  });

const AreaFile = keys(
  {
    id: id('Unique among the areas.'),
    name: name('For people.'),
    kind: choice('What is watched there.', AREA_KINDS, { default: 'other' }),
  },
  { title: 'an area', zh: '区域' },
);

const ClientFile = keys(
  {
    user: text('Name for the broker.'),
    password: secret('Of the user.'),
    role: choice('reader: live values and alarms. collector: may publish readings of any device.', [
      'reader',
      'collector',
    ]),
  },
  { title: 'an MQTT client', zh: 'MQTT 客户端' },
);

const writing = {
  batch: count('Readings in one request.', 1, 50_000, { default: 5000 }),
  timeout: duration('Longest time to an answer.', { default: '10s', least: '100ms' }),
};

const InfluxFile = Type.Union(
  [
    keys(
      {
        url: url('Address of InfluxDB 2 or VictoriaMetrics.'),
        org: text('Organisation.'),
        bucket: text('Bucket.'),
        token: secret('API token.'),
        ...writing,
      },
      { title: 'InfluxDB 2', zh: 'InfluxDB 2' },
    ),
    keys(
      {
        url: url('Address of InfluxDB 1.x.'),
        database: text('Database.'),
        user: text('User.'),
        password: secret('Of the user.'),
        ...writing,
      },
      { title: 'InfluxDB 1', zh: 'InfluxDB 1' },
    ),
  ],
  { description: 'Where the time series go; without it the journal alone serves the history.' },
);

const RETENTION_KEYS = {
  'medical-waste': optional(keep('Medical waste stores; at least 3y.')),
  'drinking-water': optional(keep('Drinking water; at least 3y.')),
  'pool-water': optional(keep('Pool water; at least 3y.')),
  wastewater: optional(keep('Wastewater; at least 5y.')),
  radiation: optional(keep('Radiation: ever.')),
  'cold-chain': optional(keep('Vaccines and drugs; at least 8y.')),
  other: optional(keep('Whatever else; at least 3y.')),
};

/** The site file, key by key. Everything said about it (types, checks, defaults, reference) comes from here. */
export const SiteFile = keys({
  site: keys(
    {
      id: id('Stands in every topic and tag: never change it.'),
      name: name('For people.'),
      region: list(text('A region.'), { description: 'From the larger to the smaller.', default: [] }),
      'time-zone': optional(
        text('Of shifts, schedules, daily means and times in messages; by default the machine’s.', {
          title: 'a time zone such as Asia/Shanghai',
          zh: '时区，如 Asia/Shanghai',
        }),
      ),
    },
    { description: 'Who this is.' },
  ),
  listen: keys(
    {
      mqtt: listen('Where the broker listens; port 0 takes a free one.', '127.0.0.1:1883'),
      http: listen('Where the page and the API listen; port 0 takes a free one.', '127.0.0.1:8080'),
      'trusted-proxies': list(
        text('An address or a network.', {
          title: 'an address or a network such as 172.16.0.0/12',
          zh: '地址或网段，如 172.16.0.0/12',
        }),
        {
          description:
            'Proxies that are believed when they say who asks, beside those on the gateway’s own machine.',
          default: [],
        },
      ),
    },
    { description: 'Addresses of the gateway itself.', default: {} },
  ),
  'page-url': optional(url('Under which people reach the page: links in messages begin with it.')),
  areas: list(AreaFile, {
    minItems: 1,
    title: 'a list of at least one area',
    zh: '至少一个区域的列表',
    description: 'Rooms and systems.',
  }),
  devices: list(
    Type.Union([ModbusDeviceFile, OpcuaDeviceFile, MqttDeviceFile], { title: 'a device', zh: '设备' }),
    {
      minItems: 1,
      title: 'a list of at least one device',
      zh: '至少一台设备的列表',
      description: 'What is read.',
    },
  ),
  people: list(PersonFile, { description: 'Who can be called.', default: [] }),
  channels: Type.Record(Type.String(), Type.Unknown(), {
    description:
      'Ways to people and lights on the spot, each with its own options: see alerts/channels. `use` names the folder where the key is a name of your own.',
    default: {},
  }),
  rotas: list(RotaFile, { description: 'Who is on call when.', default: [] }),
  routes: list(RouteFile, { description: 'Who is told of which alarms.', default: [] }),
  suppress: list(SuppressFile, { description: 'Which alarms explain others.', default: [] }),
  maintenance: list(MaintenanceFile, { description: 'Planned maintenance.', default: [] }),
  policy: PolicyFile,
  heartbeat: optional(HeartbeatFile),
  'test-call': optional(TestCallFile),
  clients: list(ClientFile, { description: 'Other programs on the broker.', default: [] }),
  influx: optional(InfluxFile),
  retention: keys(RETENTION_KEYS, {
    description: 'For how long readings are kept, where that is longer than the rules ask.',
    default: {},
  }),
});

export type SiteFile = Static<typeof SiteFile>;
export type InfluxFile = Static<typeof InfluxFile>;
