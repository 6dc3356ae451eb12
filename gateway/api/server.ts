import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Alarms } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { ImportedHistory } from '#model/imported';
import type { Indicators } from '#model/indicator';
import type { Influxql } from '#model/influxql';
import type { Journal } from '#model/journal';
import type { Devices, Live } from '#model/live';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { OnCall } from '#model/oncall';
import type { Tellings } from '#model/outbox';
import type { PointId } from '#model/point';
import type { PushDesk } from '#model/push';
import type { Site, SitePoint } from '#model/site';
import type { Clock } from '#model/time';
import type { Metrics } from '../runtime/metrics.ts';
import type { Links } from './links/links.ts';
import type { Users } from './users/users.ts';

/** fastify with schemas that are types. */
export type Server = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What the API is made of. */
export interface ApiOptions {
  readonly site: Site;
  readonly journal: Journal;
  readonly live: Live;
  readonly alarms: Alarms;
  readonly devices: Devices;
  readonly metrics: Metrics;
  readonly users: Users;
  /** Answers to messages by the links in them. */
  readonly links: Links;
  /** Who was told what. */
  readonly tellings: Tellings;
  /** Who stands the rotas. */
  readonly onCall: OnCall;
  /** Ids of people who owe an answer to their test call; nobody when left out. */
  readonly owing?: () => readonly string[];
  /** Sound and light on the spot; none when left out. */
  readonly indicators?: Indicators;
  /** Notifications of browsers; null or left out where the site has none. */
  readonly push?: PushDesk | null;
  /** Values of another system, to look at; none when left out. */
  readonly imported?: ImportedHistory;
  /** Answers dashboards; none when left out. */
  readonly influxql?: Influxql;
  /** The built page; where it is missing the API serves alone. */
  readonly webDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly version: string;
  /** What other parts know to be wrong with the gateway itself, for people. */
  readonly complaints?: () => readonly string[];
  /** What a person should look at, though readings become durable all the same. */
  readonly notes?: () => readonly string[];
}

/** Throws `point-unknown`. */
export function sitePoint(site: Site, id: PointId): SitePoint {
  for (const device of site.devices) {
    const point = device.points.find((candidate) => candidate.id === id);
    if (point !== undefined) return point;
  }
  throw new HygateError('point-unknown', `The site has no point "${id}"; GET /api/v1/site lists them.`);
}
