import { access, constants } from 'node:fs/promises';
import { connect } from 'node:net';
import { type Ms, SECOND } from '#model/time';
import type { Reach } from '../../doctor/channels.ts';
import { type Endpoint, endpointOf } from '../../doctor/endpoint.ts';

const ANSWER_WITHIN: Ms = 5 * SECOND;

/** Knocks and says nothing. */
export const reach = async (endpoint: Endpoint): Promise<Reach> => ({
  endpoint,
  error: endpoint.kind === 'serial' ? await trySerial(endpoint.path) : await tryTcp(endpoint),
});

/** A page: it must answer a request, not only be there. Its certificate must be one that a phone accepts. */
export async function reachPage(url: string): Promise<Reach> {
  const endpoint = endpointOf(url) ?? { kind: 'tcp', host: url, port: 80 };
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN) });
    await answer.body?.cancel();
    return { endpoint, error: answer.status >= 500 ? `HTTP ${answer.status}` : null };
  } catch (error) {
    return { endpoint, error: whyOf(error) };
  }
}

const trySerial = (path: string): Promise<string | null> =>
  access(path, constants.R_OK | constants.W_OK).then(() => null, whyOf);

function tryTcp({ host, port }: { readonly host: string; readonly port: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_WITHIN });
    const end = (error: string | null) => {
      socket.destroy();
      resolve(error);
    };
    socket.once('connect', () => end(null));
    socket.once('timeout', () => end(`no answer within ${ANSWER_WITHIN / SECOND} s`));
    socket.once('error', (error) => end(whyOf(error)));
  });
}

/** The system's own word where there is one: it is what a search engine knows. */
export function whyOf(error: unknown): string {
  const { cause, code, message } = error as NodeJS.ErrnoException & { readonly cause?: unknown };
  if (cause instanceof Error) return whyOf(cause);
  return code ?? message ?? String(error);
}
