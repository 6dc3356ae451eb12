import type { Way } from './way.ts';

/** POST to a server that misses it: what watches scheduled jobs takes any of them. */
export const httpWay = (url: string): Way => ({
  name: 'http',
  async send(body, signal) {
    const headers = { 'Content-Type': 'application/json', 'User-Agent': 'hygate' };
    // A redirect would carry the state of the site to an address that nobody configured.
    const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the server answered HTTP ${response.status}`);
  },
});
