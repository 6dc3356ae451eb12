import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { nodeOf, type SchemaNode } from '../../gateway/config/schema-node.ts';
import { SiteFile } from '../../gateway/config/site-file.ts';
import { expectChinese } from '../kit/chinese.ts';
import { knownToConfig, ROOT } from '../kit/config.ts';

const FOLDER = `${ROOT}gateway/config/cases/`;
const known = await knownToConfig();

const said = (text: string): readonly string[] => {
  const loaded = loadSite(text, known);
  const found = 'mistakes' in loaded ? loaded.mistakes : loaded.hints;
  return formatMistakes(found, 'site.yaml', 'zh').split('\n');
};

/** `${NAME}`, which is no template of ours. */
const variable = (name: string) => `\${${name}}`;

describe('every mistake of the cases', () => {
  test.each(readdirSync(FOLDER))('has Chinese of its own: %s', (file) => {
    const loaded = loadSite(readFileSync(FOLDER + file, 'utf8'), known);
    for (const mistake of 'mistakes' in loaded ? loaded.mistakes : loaded.hints) {
      expectChinese(mistake.message);
      if (mistake.fix !== null) expectChinese(mistake.fix);
    }
  });
});

/** The schema, and all that is in it. */
function* nodesOf(node: SchemaNode): Generator<SchemaNode> {
  yield node;
  const { properties = {}, patternProperties = {}, additionalProperties, anyOf = [], items = [] } = node;
  const inside = [...Object.values(properties), ...Object.values(patternProperties), ...anyOf];
  const entries = typeof additionalProperties === 'object' ? [additionalProperties] : [];
  for (const each of [...inside, ...entries, ...[items].flat()]) yield* nodesOf(each as SchemaNode);
}

test('whatever has a title has it in Chinese, in the site file and in the options of every channel', () => {
  // The name of a channel stands for it in both languages.
  const options = [...known.channels.values()].map((way) => ({ ...nodeOf(way.options), title: '' }));
  const nodes = [nodeOf(SiteFile), ...options].flatMap((schema) => [...nodesOf(schema)]);
  const titled = nodes.filter(({ title = '' }) => title !== '');
  expect(titled.length).toBeGreaterThan(100);
  for (const { title = '', zh = '' } of titled) {
    // What is a name in English is the same name in Chinese.
    if (/^(InfluxDB \d|success|receipt)$/.test(title)) expect(zh).toBe(title);
    else expectChinese({ zh, en: title });
  }
});

test('a site file with mistakes is told in Chinese, with the place first', () => {
  expect(
    said(`
site: { id: Demo, name: 示范医院 }
areas:
  - { id: vaccine, name: 接种门诊, kind: cold-chain }
devices:
  - { id: fridge-1, area: vacine, driver: frigde, connect: "modbus-tcp://10.0.0.1?unit=1" }
  - { id: fridge-2, area: vaccine, driver: modbus-fridge, conect: "modbus-tcp://10.0.0.2?unit=1", every: 10 }
  - { id: box-1, area: vaccine, driver: mqtt-logger, login: { password: "${variable('NOT_SET')}" } }
channels: { webhook: { url: here } }
retention: { wastewater: 3y }
`),
  ).toEqual([
    'site.yaml:2:9  site.id：应为代号：小写字母、数字和单个连字符，最多 48 个，如 fridge-2，而不是 "Demo"',
    'site.yaml:6:21  devices[0].area：没有区域 "vacine"；是不是 "vaccine"？',
    'site.yaml:6:35  devices[0].driver：没有驱动 "frigde"；是不是 "modbus-fridge"？',
    'site.yaml:7:5  devices[1].connect：缺少此项；请写文字',
    'site.yaml:7:59  devices[1].conect：没有配置项 "conect"（Modbus 设备）；是不是 "connect"？',
    'site.yaml:7:99  devices[1].every：应为时长，如 500ms、10s、5m、2h 或 1d，至少 100ms，而不是 10',
    'site.yaml:8:63  devices[2].login.password：没有环境变量 NOT_SET；请在启动前设置 NOT_SET',
    'site.yaml:9:24  channels.webhook.url：应为 http 或 https 地址',
    'site.yaml:10:14  retention.wastewater：wastewater 的读数须至少保存 5y（排污许可管理条例第 21 条：原始监测记录），而不是 3y；请写 5y 或更长，或删去此行',
  ]);
});

test('what is no mistake but strange is told in Chinese, too', () => {
  const before = process.env['TZ'];
  process.env['TZ'] = 'UTC';
  const hints = said(`
site: { id: demo, name: 示范医院 }
areas:
  - { id: vaccine, name: 接种门诊, kind: cold-chain }
  - { id: plant, name: 污水站, kind: wastewater }
devices:
  - { id: fridge-1, area: vaccine, driver: opcua-fridge, connect: "opc.tcp://10.0.0.1", limits: vaccine-storage/fridge }
  - id: fridge-2
    area: plant
    driver: modbus-fridge
    connect: modbus-tcp://10.0.0.2?unit=1
    limits: { points: { upper-temp: { high: 8 } } }
people: [{ id: li, name: 李, channels: [webhook] }]
channels: { webhook: { url: "https://hook.example/a" } }
rotas:
  - { id: nurses, begins: 2026-01-05, shifts: [{ id: day, from: "08:00", to: "20:00", weeks: [[li]] }] }
routes: [{ areas: [vaccine], to: [nurses] }]
`);
  process.env['TZ'] = before;
  expect(hints).toEqual([
    'site.yaml:2:1  site.time-zone：没有写，而本机的时区是 UTC；请写 time-zone: Asia/Shanghai，或当地的时区',
    'site.yaml:4:5  areas[0]：vaccine 的 critical 级报警同时只通知 1 人，而所用限值要求 3 名指定人员；请在相应的路由中增加人员',
    'site.yaml:7:5  devices[0].security：尚未信任服务器的证书，因此什么也不会读；hygate probe FILE DEVICE 会显示证书指纹，请写入 security.server',
    'site.yaml:16:39  rotas[0].shifts：mon 20:00 起无人值班：届时通知此排班的所有人；请增加班次，或让引用此排班的路由避开这段时间',
    'site.yaml:17:1  routes：没有人会收到 plant 的 warning 级报警；请写上相应的路由',
  ]);
});
