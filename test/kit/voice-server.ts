import { type HttpProvider, startHttpProvider } from './http-provider.ts';

export interface VoiceServer extends HttpProvider {
  /** What becomes of the calls. */
  state: string;
}

/** A provider of voice calls such as there are many: a bearer token, one order a call, a place to ask. */
export async function startVoiceServer(): Promise<VoiceServer> {
  const calls = new Set<string>();
  const server: VoiceServer = {
    ...(await startHttpProvider(({ method, path, headers, text }) => {
      if (headers.authorization !== 'Bearer right-token')
        return { status: 401, body: { code: 'unauthorized' } };
      const [, id = ''] = /^\/v1\/calls\/(.+)$/.exec(path) ?? [];
      if (method === 'GET' && calls.has(id)) return { body: { data: { state: server.state } } };
      if (method !== 'POST' || path !== '/v1/calls') return { status: 404, body: { code: 'not-found' } };
      const { to } = JSON.parse(text);
      if (!/^\+\d+$/.test(to)) return { body: { code: 42, reason: 'bad number' } };
      calls.add(`call-${calls.size + 1}`);
      return { body: { code: 0, data: { call: `call-${calls.size}` } } };
    })),
    state: 'ringing',
  };
  return server;
}
