import { HygateError } from '#model/errors';
import type { InfluxTarget } from '#model/site';
import { MINUTE, type Ms } from '#model/time';

/** A day of a large site may take minutes, but not for ever. */
const LONGEST: Ms = 10 * MINUTE;

/** The lines of an answer as they come, however long it is. Throws `influx-unavailable`. */
export async function* linesOf(
  { url }: Pick<InfluxTarget, 'url'>,
  path: string,
  headers: Readonly<Record<string, string>>,
): AsyncGenerator<string> {
  const answer = await ask(new URL(path, url), { headers, signal: AbortSignal.timeout(LONGEST) });
  if (!answer.ok || answer.body === null) {
    const said = (await answer.text()).trim().slice(0, 300);
    throw new HygateError('influx-unavailable', `${url} answers ${answer.status}: ${said}`);
  }
  let rest = '';
  for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}

async function ask(url: URL, { signal, ...rest }: RequestInit & { signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch(url, { ...rest, signal });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HygateError('influx-unavailable', `${url.origin} cannot be reached: ${why}`, { cause: error });
  }
}
