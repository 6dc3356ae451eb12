import type { Reading } from '#model/reading';

/** What a first administrator does, then asks: one-time password, own password, questions. */
export class HygateClient {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Logs in with the one-time password of the output and changes it to `password`. */
  static async first(url: string, oneTime: string, password: string): Promise<HygateClient> {
    const first = await HygateClient.login(url, oneTime);
    await first.post('/api/v1/password', { current: oneTime, next: password });
    return HygateClient.login(url, password);
  }

  static async login(url: string, password: string): Promise<HygateClient> {
    const body = { name: 'admin', password, session: 'bearer' };
    const { token } = (await answer(`${url}/api/v1/login`, body, {})) as { token: string };
    return new HygateClient(url, token);
  }

  async get<T>(path: string): Promise<T> {
    return (await answer(`${this.#url}${path}`, undefined, this.#headers)) as T;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return (await answer(`${this.#url}${path}`, body, this.#headers)) as T;
  }

  /** The live events, as a page has them. */
  events(signal: AbortSignal): Promise<Response> {
    return fetch(`${this.#url}/api/v1/events`, { headers: this.#headers, signal });
  }

  /** The newest reading of each point, by id. */
  async now(): Promise<ReadonlyMap<string, Reading>> {
    const { readings } = await this.get<{ readings: Reading[] }>('/api/v1/now');
    return new Map(readings.map((reading) => [reading.point, reading]));
  }

  get #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }
}

async function answer(url: string, body: unknown, headers: Record<string, string>): Promise<unknown> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}
