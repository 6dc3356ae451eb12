import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { InfluxTarget } from '#model/site';
import { realClock, SECOND } from '#model/time';
import { lookAtInflux } from '../../gateway/cli/examinations/influx-look.ts';
import { ofInflux } from '../../gateway/doctor/influx.ts';
import { told } from '../kit/doctor-stage.ts';

/* What the doctor says of an answer is what the forwarder makes of it: where that one pauses, something is to be mended. */

/** Answers each write with that code; anything else with 204, as a page would to which somebody is led on. */
async function serverWith(code: number) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const isWrite = /\/write\?/.test(url);
    response.writeHead(isWrite ? code : 204, { location: '/elsewhere' }).end(isWrite ? 'words' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const target = (url: string): InfluxTarget => ({
  url,
  api: { version: 'v1', database: 'hygate', user: 'u', password: 'p' },
  batch: 1_000,
  timeout: 60 * SECOND,
});

const examined = async (url: string) =>
  told(ofInflux(await lookAtInflux(target(url), realClock))).map((line) => line.replace(url, 'URL'));

test.each([
  [204, []],
  [400, []],
  [422, []],
  [429, []],
  [200, ['fault influx-stranger: InfluxDB: URL answers HTTP 200, as no InfluxDB does']],
  [302, ['fault influx-stranger: InfluxDB: URL answers HTTP 302, as no InfluxDB does']],
  [405, ['fault influx-stranger: InfluxDB: URL answers HTTP 405, as no InfluxDB does']],
  [401, ['fault influx-refused: InfluxDB: it refuses the log-in (401: words)']],
  [403, ['fault influx-refused: InfluxDB: it refuses the log-in (403: words)']],
  [404, ['fault influx-storeless: InfluxDB: it has no database hygate']],
  [500, ['fault influx-away: InfluxDB: URL does not answer (HTTP 500: words)']],
  [503, ['fault influx-away: InfluxDB: URL does not answer (HTTP 503: words)']],
])('an answer of HTTP %d to a write of nothing', async (code, findings) => {
  const { url } = await serverWith(code);
  expect(await examined(url)).toEqual(findings);
});

test('an address with a path is asked where the forwarder writes', async () => {
  const { url, asked } = await serverWith(204);
  await examined(`${url}/influx/`);
  expect(asked).toEqual(['/influx/write?db=hygate']);
});
