import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-cli-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function siteFile(change: (text: string) => string = (text) => text): Promise<string> {
  const text = `
site: { id: test, name: 测试医院 }
listen: { mqtt: 127.0.0.1:${await freePort()}, http: 127.0.0.1:${await freePort()} }
areas:
  - { id: vaccine, name: 预防接种门诊, kind: cold-chain }
devices:
  - id: fridge-1
    area: vaccine
    driver: modbus-fridge
    connect: modbus-tcp://127.0.0.1:${await freePort()}?unit=1
    every: 1s
    limits: vaccine-storage/fridge
`;
  const file = join(dir, 'site.yaml');
  writeFileSync(file, change(text));
  return file;
}

async function finish(
  args: readonly string[],
  options: { uid?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<{ code: number | null; output: string }> {
  const hygate = new HygateProcess(args, options);
  const { code } = await hygate.exited;
  return { code, output: hygate.output };
}

describe('hygate check', () => {
  test('says that a good file is good', async () => {
    const { code, output } = await finish(['check', await siteFile()]);
    expect(output).toMatch(/good\. 1 areas?, 1 devices?, 4 points/);
    expect(code).toBe(0);
  });

  test('names every mistake with its line and what would be right, and exits with 1', async () => {
    const file = await siteFile((text) =>
      text.replace('modbus-fridge', 'modbus-frigde').replace('every: 1s', 'evry: 1s'),
    );
    const { code, output } = await finish(['check', file]);
    expect(output).toMatch(/site\.yaml:9:\d+ .*modbus-frigde.*modbus-fridge/);
    expect(output).toMatch(/site\.yaml:11:\d+ .*evry.*every/);
    expect(code).toBe(1);
  });

  const CHINESE = { LC_ALL: '', LANG: 'zh_CN.UTF-8' };

  test('speaks Chinese to a Chinese machine, and English when asked to', async () => {
    const file = await siteFile();
    expect((await finish(['check', file], { env: CHINESE })).output).toContain(
      `${file}：正确。1 个区域，1 台设备，4 个测点。\n`,
    );
    expect((await finish(['check', file, '--language', 'en'], { env: CHINESE })).output).toMatch(
      /: good\. 1 area, 1 device, 4 points\.\n/,
    );
  });

  test('names mistakes in Chinese when asked to, and so does any command on a Chinese machine', async () => {
    const file = await siteFile((text) => text.replace('modbus-fridge', 'modbus-frigde'));
    const output = `hygate: 有 1 处错误，什么也没有启动\n${file}:9:5  devices[0].driver：没有驱动 "modbus-frigde"；是不是 "modbus-fridge"？\n`;
    expect(await finish(['check', '--language', 'zh', file])).toEqual({ code: 1, output });
    expect(await finish(['run', '--config', file], { env: CHINESE })).toEqual({ code: 1, output });
  });

  test('says in Chinese, too, which file it cannot read', async () => {
    const file = join(dir, 'nowhere.yaml');
    const output = `hygate: ${file} 无法读取（ENOENT）：请给出站点文件的路径\n`;
    expect(await finish(['check', file, '--language', 'zh'])).toEqual({ code: 1, output });
  });

  test('speaks no third language', async () => {
    const { code, output } = await finish(['check', 'site.yaml', '--language', 'fr']);
    expect({ code, output }).toEqual({ code: 1, output: 'hygate: --language is zh or en, not "fr"\n' });
  });

  test('says which file it cannot read', async () => {
    const { code, output } = await finish(['check', join(dir, 'nowhere.yaml')]);
    expect(output).toMatch(/^hygate: .*nowhere\.yaml cannot be read \(ENOENT\)/);
    expect(code).toBe(1);
  });
});

describe('hygate run refuses with one sentence, exit code 1 and nothing touched', () => {
  test('when the site file has a mistake', async () => {
    const file = await siteFile((text) => text.replace('1s', 'soon'));
    const { code, output } = await finish(['run', '--config', file, '--data', join(dir, 'data')]);
    expect(output).toMatch(/site\.yaml:11:\d+ .*every/);
    expect(code).toBe(1);
    expect(readdirSync(dir)).toEqual(['site.yaml']);
  });

  test('when a port is in use', async () => {
    const file = await siteFile();
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    );
    const changed = await siteFile((text) =>
      text.replace(/http: 127\.0\.0\.1:\d+/, `http: 127.0.0.1:${port}`),
    );
    const { code, output } = await finish(['run', '--config', changed, '--data', join(dir, 'data')]);
    await new Promise((resolve) => taken.close(resolve));
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(new RegExp(`^hygate: 127\\.0\\.0\\.1:${port} .*in use`));
    expect(code).toBe(1);
    expect(readdirSync(dir)).toEqual(['site.yaml']);
    expect(file).toBe(changed);
  });

  test.skipIf(process.getuid?.() !== 0)('when the data folder gives no rights', async () => {
    const file = await siteFile();
    const { code, output } = await finish(['run', '--config', file, '--data', '/root/hygate-data'], {
      uid: 65534,
    });
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(/^hygate: .*(cannot be (used|read))/);
    expect(code).toBe(1);
  });

  test('when the journal was written by a newer version', async () => {
    const file = await siteFile();
    const data = join(dir, 'data');
    const first = new HygateProcess(['run', '--config', file, '--data', data]);
    await first.waitFor(/one-time password/);
    await first.stop();
    const segment =
      readdirSync(join(data, 'journal')).find((name) => /^segment-.*\.sqlite$/.test(name)) ?? '';
    const db = new DatabaseSync(join(data, 'journal', segment));
    db.exec('PRAGMA user_version = 999');
    db.close();
    const { code, output } = await finish(['run', '--config', file, '--data', data]);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(/newer Hygate/);
    expect(code).toBe(1);
  });
});
