import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { startVoiceServer, type VoiceServer } from '../kit/voice-server.ts';
import { startWecomServer, type WecomServer } from '../kit/wecom-server.ts';

let dir: string;
let robot: WecomServer;
let calls: VoiceServer;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-tell-test-'));
  robot = await startWecomServer();
  calls = await startVoiceServer();
});
afterEach(async () => {
  await robot.close();
  await calls.close();
  rmSync(dir, { recursive: true });
});

async function siteFile(robotUrl = robot.url): Promise<string> {
  const file = join(dir, 'site.yaml');
  writeFileSync(
    file,
    `site: { id: test, name: 测试医院 }
listen: { mqtt: "127.0.0.1:${await freePort()}", http: "127.0.0.1:${await freePort()}" }
areas: [{ id: a, name: 门诊, kind: other }]
devices: [{ id: box, area: a, driver: mqtt-logger, every: 1m, login: { user: box, password: box } }]
people:
  - { id: li, name: 李工, phone: "13800000000", channels: [wecom, voice] }
  - { id: wang, name: 王护士 }
channels:
  wecom: { url: "${robotUrl}" }
  voice:
    url: ${calls.origin}/v1/calls
    headers: { Authorization: Bearer right-token }
    body: '{"to":"{e164}","say":"{text}"}'
    receipt: { id: data.call, url: "${calls.origin}/v1/calls/{id}", path: data.state, answered: [answered], failed: [busy] }
`,
  );
  return file;
}

async function finish(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const hygate = new HygateProcess(['tell', ...args]);
  const { code } = await hygate.exited;
  return { code, output: hygate.output };
}

test('each channel of the person gets one message that says that it is a test, and its answer is shown', async () => {
  calls.state = 'answered';
  const { code, output } = await finish(['li', await siteFile()]);
  expect(output).toMatch(/^wecom: sent after \d+ ms: HTTP 200 \{"errcode":0,"errmsg":"ok"\}$/m);
  expect(output).toMatch(/^voice: delivered after \d+ ms: HTTP 200 .*answered/m);
  expect(code).toBe(0);
  expect(robot.received).toHaveLength(1);
  expect(JSON.parse(robot.received[0]?.text ?? '').text.content).toContain('[测试] 测试医院');
});

test('a channel that fails is named with its answer, without its key; the others are tried all the same', async () => {
  calls.state = 'busy';
  const { code, output } = await finish(['li', await siteFile(robot.url.replace('693a', 'dead'))]);
  expect(output).toMatch(/^wecom: misconfigured after \d+ ms: HTTP 200 .*93000/m);
  expect(output).toMatch(/^voice: undelivered after /m);
  expect(output).not.toContain('dead91f6');
  expect(code).toBe(1);
});

test('a call that nobody has answered yet is asked for as long as is given', async () => {
  const { code, output } = await finish(['li', await siteFile(), '--wait', '100ms']);
  expect(output).toMatch(/^voice: sent after \d+ ms: .*ringing/m);
  expect(code).toBe(0);
});

test.each([
  [['zhang'], /^hygate: .*has no person "zhang"; it has li, wang$/m],
  [['wang'], /^hygate: wang has no channels/m],
])('%o is refused with one sentence', async ([person = ''], sentence) => {
  const { code, output } = await finish([person, await siteFile()]);
  expect(output).toMatch(sentence);
  expect(code).toBe(1);
  expect(robot.received).toEqual([]);
});

test('without a site file, or with a wait that is none, it says how it is used', async () => {
  for (const args of [['li'], ['li', await siteFile(), '--wait', 'long']]) {
    const { code, output } = await finish(args);
    expect(output).toMatch(/^hygate: give a person and a site file: hygate tell li site\.yaml/);
    expect(code).toBe(1);
  }
});
