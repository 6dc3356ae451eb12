import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Series } from './mapping.ts';
import { firstOf, rowsOf } from './old-influx.ts';

/* A server that calls itself InfluxDB and means no good. */

const series: Series = {
  ...{ point: 'fridge-1.temp', range: [-50, 50], measurement: 'm', field: 'value', tags: {} },
  ...{ factor: 1, offset: 0 },
};

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function answering(answer: (response: ServerResponse) => void) {
  return listening(createServer((_, response) => answer(response)));
}

async function listening(made: Server) {
  server = made;
  const { promise, resolve } = Promise.withResolvers<void>();
  made.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = made.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, database: 'old', login: null };
}

const refusalOf = (text: string) => async () =>
  rowsOf(await answering((response) => response.end(text)), series, 0, 1_000).catch((error) => error);

test.each([
  'null',
  '[]',
  '{"results":{}}',
  '{"results":[null]}',
  '{"results":[{"series":[{"values":[null]}]}]}',
  '{"results":[{"series":[{"values":[["noon",1]]}]}]}',
  '{"results":[{"series":[{"values":[[null,1]]}]}]}',
  '{"results":[{"series":[{"values":[[1e300,1]]}]}]}',
  '{"results":[{"series":[{"values":[[0.5,1]]}]}]}',
])('%s is no answer of an InfluxDB', async (text) => {
  expect(await refusalOf(text)()).toMatchObject({
    code: 'influx-unavailable',
    message: expect.stringContaining('does not answer as an InfluxDB'),
  });
});

test('an answer without an end is not listened to for ever', async () => {
  const influx = await answering((response) => {
    const piece = Buffer.alloc(1_000_000, ' ');
    const write = (error?: Error | null) => void (error ?? response.write(piece, write));
    write();
  });
  await expect(firstOf(influx, series)).rejects.toMatchObject({
    code: 'influx-unavailable',
    message: expect.stringContaining('more than 64 MB'),
  });
});

test('what it says against us is short, and does nothing to the terminal', async () => {
  const error = `\u001b[2Jall is well\u0007${'!'.repeat(100_000)}`;
  const { message } = await refusalOf(JSON.stringify({ error }))();
  expect(message).toContain('all is well');
  expect(message.length).toBeLessThan(400);
  expect(message).not.toMatch(/\p{Cc}/u);
});

test('an answer in pieces is put together, and asked for so', async () => {
  const asked: (string | undefined)[] = [];
  const piece = (at: number, more: object) =>
    `${JSON.stringify({ results: [{ series: [{ values: [[at, 1]], ...more }], ...more }] })}\n`;
  const influx = await listening(
    createServer(({ url }, response) => {
      asked.push(url);
      response.end(piece(1, { partial: true }) + piece(2, { partial: true }) + piece(3, {}));
    }),
  );
  expect(await rowsOf(influx, series, 0, 1_000)).toEqual([1, 2, 3].map((at) => [at, 1]));
  expect(asked).toEqual([expect.stringContaining('chunked=true')]);
});

test.each([
  '{"results":[{"series":[{"values":[[1,1]],"partial":true}]}]}',
  '{"results":[{"series":[{"values":[[1,1]]}],"partial":true}]}',
  '{"results":[{"series":[{"values":[[1,1]],"partial":true}],"partial":true}]}\n{"results":[{"partial":true}]}\n',
])('an answer that was cut is none: %s', async (text) => {
  expect(await refusalOf(text)()).toMatchObject({
    code: 'influx-unavailable',
    message: expect.stringMatching(
      /cut its answer short, and nothing of it was taken: set max-row-limit = 0/,
    ),
  });
});

test('series without values are nothing', async () => {
  expect(await refusalOf('{"results":[{"series":[{}]},{}]}')()).toEqual([]);
});
