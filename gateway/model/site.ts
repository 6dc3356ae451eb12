import type { AlarmPolicy } from './alarm.ts';
import type { Recipient } from './channel.ts';
import type { ModbusAddress, ModbusTraits, OpcuaAddress } from './driver.ts';
import type { Rota } from './oncall.ts';
import type { AreaId, DeviceId, PointId } from './point.ts';
import type { Quantity } from './quantity.ts';
import type { DailySpan, Rule } from './rule.ts';
import type { Severity } from './standard.ts';
import type { Text } from './text.ts';
import type { EpochMs, Ms } from './time.ts';

/*
 * A site as it runs: the checked site file with every default filled in, every driver and standard looked up, every
 * length of time in ms and every secret read. Plain data, so that it can be handed to a thread. It holds secrets:
 * never log it whole.
 */

export interface SitePoint {
  readonly id: PointId;
  readonly key: string;
  readonly device: DeviceId;
  readonly area: AreaId;
  readonly name: Text;
  readonly quantity: Quantity;
  /** Values outside are `bad`, `out-of-range`. */
  readonly range: readonly [low: number, high: number];
  /** How often a reading is expected. */
  readonly every: Ms;
  readonly rules: readonly Rule[];
}

/** A wire that carries one request at a time, whoever is on it. */
export type Line =
  | { readonly kind: 'tcp' | 'rtu-over-tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'rtu';
      readonly path: string;
      readonly baud: number;
      readonly parity: 'none' | 'even' | 'odd';
      readonly dataBits: 7 | 8;
      readonly stopBits: 1 | 2;
    };

/** Two devices with the same key share the wire. */
export const lineKey = (line: Line): string =>
  line.kind === 'rtu' ? `rtu:${line.path}` : `${line.kind}:${line.host}:${line.port}`;

export interface ModbusLink {
  readonly protocol: 'modbus';
  readonly line: Line;
  /** 0 to 255. */
  readonly unit: number;
  readonly traits: Required<ModbusTraits>;
  readonly points: readonly { readonly key: string; readonly address: ModbusAddress }[];
}

export interface OpcuaLink {
  readonly protocol: 'opcua';
  /** `opc.tcp://host:port/path` */
  readonly url: string;
  readonly security: 'none' | 'sign' | 'sign-and-encrypt';
  readonly identity:
    | { readonly kind: 'anonymous' }
    | { readonly kind: 'user'; readonly user: string; readonly password: string }
    | { readonly kind: 'certificate'; readonly certificateFile: string; readonly privateKeyFile: string };
  /** SHA-256 of the server's certificate (DER), 64 lower-case hex digits. Null: none given; with security on, nothing is read. */
  readonly serverFingerprint: string | null;
  /** Subscribe: every change comes. Poll: one read of all nodes each period. */
  readonly acquire: 'subscribe' | 'poll';
  /** The server's sampling interval in a subscription. */
  readonly sampling: Ms;
  readonly timeout: Ms;
  readonly points: readonly { readonly key: string; readonly address: OpcuaAddress }[];
}

/** A device that logs in to the broker by itself. */
export interface MqttLink {
  readonly protocol: 'mqtt';
  readonly user: string;
  readonly password: string;
}

export type Link = ModbusLink | OpcuaLink | MqttLink;

export interface SiteDevice {
  readonly id: DeviceId;
  readonly area: AreaId;
  readonly name: Text;
  readonly driver: string;
  readonly every: Ms;
  readonly link: Link;
  readonly points: readonly SitePoint[];
  /** Until when its calibration is valid, and the certificate's number; null: not known. */
  readonly calibration: { readonly due: EpochMs; readonly certificate: string } | null;
}

export type AreaKind =
  | 'medical-waste'
  | 'drinking-water'
  | 'pool-water'
  | 'wastewater'
  | 'radiation'
  | 'cold-chain'
  | 'other';

/** For how long something is kept, by the calendar (UTC); null: for ever. */
export type Keep = { readonly years: number } | { readonly days: number } | null;

export interface Area {
  readonly id: AreaId;
  readonly name: Text;
  readonly kind: AreaKind;
}

export interface Person extends Recipient {
  /** In the order of preference: names of channels. */
  readonly channels: readonly string[];
}

/** One step up when nobody has taken an alarm. */
export interface EscalationStep {
  /** From when the route was first told, or from the expiry of an acknowledgement. */
  readonly after: Ms;
  /** People and rotas. */
  readonly to: readonly string[];
}

/** Who is told of alarms: of those that all of its conditions take. */
export interface Route {
  /** Null: of all areas. */
  readonly areas: readonly AreaId[] | null;
  /** Kinds of areas; null: of all kinds. */
  readonly systems: readonly AreaKind[] | null;
  readonly severities: readonly Severity[];
  /** At these times only; null: always. */
  readonly during: readonly DailySpan[] | null;
  /** People and rotas. */
  readonly to: readonly string[];
  readonly escalate: readonly EscalationStep[];
  /** Whoever is called by then is reminded this often, while the alarm is not acknowledged; null: never. */
  readonly remind: Ms | null;
}

/** An alarm of `by` explains those of `points`: they are suppressed by design while it lasts. */
export interface Suppression {
  readonly by: PointId;
  /** Alarms of these kinds explain, others of the point do not: a fridge that is too warm does not excuse its silence. */
  readonly byKinds: readonly Rule['kind'][];
  readonly points: readonly PointId[];
  /** Kinds of rules that it explains. */
  readonly kinds: readonly Rule['kind'][];
}

/** A planned maintenance: the points are out of service by themselves. */
export interface Maintenance {
  readonly points: readonly PointId[];
  readonly during: readonly DailySpan[];
  readonly reason: string;
}

/** A way to people or a light on the spot, set up. */
export interface SiteChannel {
  /** A folder of alerts/channels. */
  readonly use: string;
  /** Checked against the channel's own schema. */
  readonly options: unknown;
}

/** A sign of life to somewhere else, where its absence is noticed. */
export interface Heartbeat {
  readonly every: Ms;
  /** POST; null: none. */
  readonly url: string | null;
  readonly mqtt: {
    readonly url: string;
    readonly topic: string;
    readonly user: string | null;
    readonly password: string | null;
  } | null;
}

/** The regular trial of the way to each person. */
export interface TestCall {
  /** The nth day of that name in the month: the first Monday is 1 and 1. */
  readonly week: number;
  /** 1 Monday … 7 Sunday. */
  readonly day: number;
  /** Minutes after midnight. */
  readonly at: number;
  /** No answer for so long is an alarm. */
  readonly answerWithin: Ms;
}

/** Another program or person on the broker. */
export interface MqttClient {
  readonly user: string;
  readonly password: string;
  /** A reader subscribes to live values and alarms; a collector publishes readings of any device. */
  readonly role: 'reader' | 'collector';
}

export interface InfluxTarget {
  readonly url: string;
  /** `v2`: InfluxDB 2 and VictoriaMetrics, token. `v1`: InfluxDB 1.x, user and password. */
  readonly api:
    | { readonly version: 'v2'; readonly org: string; readonly bucket: string; readonly token: string }
    | { readonly version: 'v1'; readonly database: string; readonly user: string; readonly password: string };
  /** Readings in one request. */
  readonly batch: number;
  readonly timeout: Ms;
}

export interface Listen {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export interface Site {
  readonly id: string;
  readonly name: Text;
  readonly region: readonly string[];
  /** IANA: `Asia/Shanghai`. Of shifts, schedules, daily means, and times in messages. */
  readonly timeZone: string;
  /** Under which people reach the page: links in messages begin with it. Null: no links. */
  readonly pageUrl: string | null;
  readonly mqtt: Listen;
  readonly http: Listen;
  /** Addresses and networks (CIDR) of proxies, beside this machine's own, that are believed when they say who asks. */
  readonly trustedProxies: readonly string[];
  readonly areas: readonly Area[];
  readonly devices: readonly SiteDevice[];
  readonly people: readonly Person[];
  readonly routes: readonly Route[];
  readonly rotas: readonly Rota[];
  /** By the site's own name for it, which is the folder's unless there are several of a kind. */
  readonly channels: Readonly<Record<string, SiteChannel>>;
  readonly clients: readonly MqttClient[];
  readonly influx: InfluxTarget | null;
  readonly policy: AlarmPolicy;
  readonly suppressions: readonly Suppression[];
  readonly maintenance: readonly Maintenance[];
  readonly heartbeat: Heartbeat | null;
  readonly testCall: TestCall | null;
  /** For how long readings are kept, by the kind of their area. */
  readonly retention: Readonly<Record<AreaKind, Keep>>;
}
