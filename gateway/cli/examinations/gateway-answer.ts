import { type EpochMs, type Ms, SECOND } from '#model/time';

const ANSWER_WITHIN: Ms = 5 * SECOND;

/** What a running gateway says to whoever asks from its own machine, without a log-in. */
export interface GatewayAnswer {
  readonly complaints: readonly string[];
  readonly notes: readonly string[];
  /** Of its answer; whole seconds. */
  readonly at: EpochMs | null;
  /** By device: whether its last read was answered. */
  readonly up: ReadonlyMap<string, boolean>;
}

interface Health {
  readonly complaints: readonly string[];
  readonly notes: readonly string[];
}

/** Null when none answers at the address. */
export async function askGateway(url: string): Promise<GatewayAnswer | null> {
  const health = await ask(new URL('/healthz', url));
  const said = health === null ? null : healthIn(health.text);
  if (health === null || said === null) return null;
  const { complaints, notes } = said;
  const metrics = await ask(new URL('/metrics', url));
  const date = Date.parse(health.date);
  return {
    ...{ complaints, notes, at: Number.isNaN(date) ? null : date },
    up: upIn(metrics?.ok ? metrics.text : ''),
  };
}

/** Null when whoever answers is no gateway. */
function healthIn(text: string): Health | null {
  try {
    const said = JSON.parse(text) as Partial<Health> | null;
    return Array.isArray(said?.complaints) && Array.isArray(said.notes) ? (said as Health) : null;
  } catch {
    return null;
  }
}

async function ask(url: URL) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN) });
    const text = await answer.text();
    return { ok: answer.ok, text, date: answer.headers.get('date') ?? '' };
  } catch {
    // Nobody is there, or it is no gateway: that it does not answer is a finding of the caller's.
    return null;
  }
}

const upIn = (metrics: string): ReadonlyMap<string, boolean> =>
  new Map(
    [...metrics.matchAll(/^hygate_device_up\{device="([^"]+)"\} (\S+)$/gm)].map(([, device = '', value]) => [
      device,
      value === '1',
    ]),
  );

/** Where the site's gateway listens, from this machine. */
export function urlOf({ host, port }: { readonly host: string; readonly port: number }): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
