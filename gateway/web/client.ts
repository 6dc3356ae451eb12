import type { Alarm, AlarmAction, AlarmEvent } from '#model/alarm';
import type { ErrorCode } from '#model/errors';
import type { IndicatorState } from '#model/indicator';
import type { Bucket, Gap } from '#model/journal';
import type { GapCause } from '#model/outage';
import type { Telling } from '#model/outbox';
import type { PointId } from '#model/point';
import type { PushSubscription } from '#model/push';
import type { Reading } from '#model/reading';
import type { EpochMs, Ms } from '#model/time';
import type { RotaDuty } from './state/duty.ts';
import type { PageSite } from './state/site.ts';

export interface Me {
  readonly name: string;
  readonly role: 'viewer' | 'operator' | 'admin';
  readonly mustChange: boolean;
}

/** An answer that was a problem (RFC 9457), or none at all: then the code is null. */
export class CallError extends Error {
  readonly code: ErrorCode | null;

  constructor(code: ErrorCode | null, message: string) {
    super(message);
    this.code = code;
  }
}

type Method = 'GET' | 'POST' | 'DELETE';

async function call<Body>(
  path: string,
  body?: unknown,
  method: Method = body === undefined ? 'GET' : 'POST',
): Promise<Body> {
  const sent = body !== undefined && {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
  let response: Response;
  try {
    response = await fetch(`./api/v1/${path}`, { method, ...sent });
  } catch (error) {
    throw new CallError(null, String(error));
  }
  if (response.status === 204) return undefined as Body;
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as Body;
  const { code, detail } = (answer ?? {}) as { code?: ErrorCode; detail?: string };
  throw new CallError(code ?? null, detail ?? response.statusText);
}

const alarmPath = (id: string, action: string): string => `alarms/${encodeURIComponent(id)}${action}`;

const servicePath = (point: PointId): string => `points/${encodeURIComponent(point)}/out-of-service`;

const indicatorPath = (name: string, action: string): string =>
  `indicators/${encodeURIComponent(name)}/${action}`;

const query = (parts: Readonly<Record<string, string | number>>): string =>
  new URLSearchParams(Object.entries(parts).map(([key, value]) => [key, String(value)])).toString();

/** What was due of a point over a span, and what came of it. */
export interface Totals {
  readonly expected: number;
  readonly stored: number;
  readonly missing: Readonly<Partial<Record<GapCause, number>>>;
}

export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** One message to one person, as GET /api/v1/alarms/:id/messages tells it. */
export type ToldMessage = Pick<Telling, 'key' | 'event' | 'at' | 'state' | 'answeredAt' | 'attempts'> & {
  readonly person: { readonly id: string; readonly name: string };
};

type Wanted<Type extends AlarmAction['type']> = Omit<Extract<AlarmAction, { type: Type }>, 'type'>;

/** The gateway's API, as far as the page needs it. Each call throws CallError. */
export const client = {
  me: () => call<Me>('me'),
  login: async (name: string, password: string) =>
    (await call<{ user: Me }>('login', { name, password })).user,
  logout: () => call<void>('logout', {}),
  changePassword: (current: string, next: string) => call<Me>('password', { current, next }),
  site: () => call<PageSite>('site'),
  readings: (point: string, span: Span, limit: number) =>
    call<{ readings: readonly Reading[] }>(`readings?${query({ point, ...span, limit })}`),
  buckets: (point: string, span: Span, every: Ms) =>
    call<{ buckets: readonly Bucket[] }>(`readings?${query({ point, ...span, every })}`),
  imported: (point: string, span: Span, every: Ms) =>
    call<{ every: Ms; buckets: readonly Bucket[] }>(`imported?${query({ point, ...span, every })}`),
  gaps: (point: string, span: Span) => call<{ gaps: readonly Gap[] }>(`gaps?${query({ point, ...span })}`),
  ledger: (point: string, span: Span) => call<{ totals: Totals }>(`ledger?${query({ point, ...span })}`),
  /** Up to now by the gateway's own clock. */
  alarms: (from: EpochMs) => call<{ alarms: readonly Alarm[] }>(`alarms?${query({ from })}`),
  alarm: (id: string) => call<{ alarm: Alarm; events: readonly AlarmEvent[] }>(alarmPath(id, '')),
  acknowledge: (id: string, { until, comment }: Wanted<'acknowledge'>) =>
    call<Alarm>(alarmPath(id, '/acknowledge'), {
      comment,
      ...(until !== undefined && { until: String(until) }),
    }),
  shelve: (id: string, { until, ...how }: Wanted<'shelve'>) =>
    call<Alarm>(alarmPath(id, '/shelve'), { ...how, until: String(until) }),
  /** What needs words only. */
  act: (id: string, action: Exclude<AlarmAction['type'], 'acknowledge' | 'shelve'>, comment: string) =>
    call<Alarm>(alarmPath(id, `/${action}`), { comment }),
  messages: async (id: string) =>
    (await call<{ messages: readonly ToldMessage[] }>(alarmPath(id, '/messages'))).messages,
  onCall: async () => (await call<{ rotas: readonly RotaDuty[] }>('oncall')).rotas,
  indicators: async () => (await call<{ indicators: readonly IndicatorState[] }>('indicators')).indicators,
  mute: (name: string, until: EpochMs) =>
    call<IndicatorState>(indicatorPath(name, 'mute'), { until: String(until) }),
  /** Answers when it is over. */
  test: (name: string) => call<IndicatorState>(indicatorPath(name, 'test'), {}),
  takeOut: (point: PointId, until: EpochMs, comment: string) =>
    call<void>(servicePath(point), { until: String(until), comment }),
  takeBack: (point: PointId, comment: string) =>
    call<void>(`${servicePath(point)}?${query({ comment })}`, undefined, 'DELETE'),
  /** Null where the site has no web push. */
  pushKey: async () => (await call<{ key: string | null }>('push/key')).key,
  signUpForPush: (subscription: PushSubscription) => call<void>('push/subscriptions', subscription),
  signOffFromPush: (endpoint: string) => call<void>('push/subscriptions', { endpoint }, 'DELETE'),
};
