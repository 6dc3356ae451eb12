import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HygateProcess } from '../kit/hygate-process.ts';

/* As a user would: two files and the command. */

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-check-alarms-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const SITE = `
site: { id: test, name: 测试医院, time-zone: Asia/Shanghai }
areas: [{ id: vaccine, name: 预防接种门诊, kind: cold-chain }]
devices:
  - { id: fridge-1, area: vaccine, driver: modbus-fridge, connect: "modbus-tcp://127.0.0.1?unit=1", limits: vaccine-storage/fridge }
channels: { webhook: { url: "http://127.0.0.1:9/", secret: "\${SECRET}" } }
people:
  - { id: li, name: 李, channels: [webhook] }
  - { id: wang, name: 王, channels: [webhook] }
  - { id: chen, name: 陈, channels: [webhook] }
  - { id: zhao, name: 赵, channels: [webhook] }
routes:
  - { to: [li, wang, chen], escalate: [{ after: 15m, to: [zhao] }] }
`;

interface Run {
  readonly code: number | null;
  readonly output: string;
}

async function check(cases: string | Buffer, site = SITE, ...options: readonly string[]): Promise<Run> {
  const [siteFile, casesFile] = [join(dir, 'site.yaml'), join(dir, 'cases.yaml')];
  writeFileSync(siteFile, site);
  writeFileSync(casesFile, cases);
  const hygate = new HygateProcess(['check', '--alarms', casesFile, siteFile, ...options], {
    env: { SECRET: 'a'.repeat(16) },
  });
  const { code } = await hygate.exited;
  return { code, output: hygate.output };
}

/** The lines of the case of that title. */
function linesOf({ output }: Run, title: string): string[] {
  const [, after = ''] = output.split(`\n${title}: `);
  return (after.split('\n\n')[0] ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

describe('hygate check --alarms', () => {
  test('shows which alarms and messages come at which minute, and what people do to them', async () => {
    const run = await check(`
- title: door
  values: { fridge-1.upper-temp: "5x10 8.6x40 5x20" }
  acts: [{ at: 40m, by: zhao, acknowledge: fridge-1.upper-temp/high }]
`);
    expect(linesOf(run, 'door')).toEqual([
      '15m fridge-1.upper-temp/high raised',
      '15m fridge-1.upper-temp/high raised -> li, wang, chen',
      '30m fridge-1.upper-temp/high escalated -> zhao',
      '40m fridge-1.upper-temp/high acknowledged by zhao',
      '50m fridge-1.upper-temp/high cleared',
      '50m fridge-1.upper-temp/high cleared -> li, wang, chen, zhao',
    ]);
    expect(run.output).toContain('1 case: 0 as expected, 0 not, 1 only shown.');
    expect(run.code).toBe(0);
  });

  test('an acknowledgement in time keeps the next step from being called', async () => {
    const run = await check(`
- title: quick
  values: { fridge-1.upper-temp: "5x10 8.6x40 5x5" }
  acts: [{ at: 20m, by: li, acknowledge: fridge-1.upper-temp/high }]
`);
    expect(linesOf(run, 'quick').join('\n')).not.toMatch(/escalated|zhao/);
  });

  test('a site is judged by its own numbers, not by the table alone', async () => {
    const site = SITE.replace(
      'limits: vaccine-storage/fridge',
      'limits: { use: vaccine-storage/fridge, points: { upper-temp: { high: { value: 7, on-delay: 1m } } } }',
    );
    const cases = '- { title: own, values: { fridge-1.upper-temp: "5x10 7.5x5 5x2" }, expect: [] }';
    expect(linesOf(await check(cases, site), 'own')[0]).toBe('+ 11m fridge-1.upper-temp/high raised');
    expect((await check(cases)).output).toContain('own: as expected\n    nothing happens');
  });

  test('a device that falls silent altogether is one message, and points that are not named are not there', async () => {
    const run = await check(`
- title: silent
  values: { fridge-1.upper-temp: "5x10 _x20 5x5", fridge-1.lower-temp: "5x10 _x20 5x5" }
- title: alone
  values: { fridge-1.upper-temp: "5x30" }
  expect: []
`);
    const messages = linesOf(run, 'silent').filter((line) => line.includes('raised ->'));
    expect(messages).toEqual(['15m fridge-1.upper-temp/no-data raised -> li, wang, chen']);
    expect(run.output).toContain('alone: as expected');
  });

  test('several points, shelves by two persons, refusals and a point out of service', async () => {
    const run = await check(`
- title: people
  values: { fridge-1.upper-temp: "5x5 9x115", fridge-1.power: "1x30 0x60 1x30" }
  acts:
    - { at: 20m, by: li, shelve: fridge-1.upper-temp/high, for: 30m, reason: 除霜 }
    - { at: 35m, by: li, shelve: fridge-1.power/low, for: 30m, reason: 换空开 }
    - { at: 36m, by: li, grant-shelf: fridge-1.power/low }
    - { at: 37m, by: wang, grant-shelf: fridge-1.power/low }
    - { at: 40m, by: wang, reset: fridge-1.upper-temp/low }
    - { at: 60m, by: wang, out-of-service: fridge-1.upper-temp, for: 30m, reason: 换探头 }
`);
    const lines = linesOf(run, 'people');
    expect(lines).toContain('20m fridge-1.upper-temp/high shelved by li');
    expect(lines).toContain('35m fridge-1.power/low shelf-asked by li');
    expect(lines.find((line) => line.startsWith('36m'))).toMatch(/grant-shelf by li refused: .*colleague/);
    expect(lines).toContain('37m fridge-1.power/low shelved by wang');
    expect(lines.find((line) => line.startsWith('40m'))).toMatch(/refused: there is no such alarm/);
    expect(lines).toContain('60m fridge-1.upper-temp/high out-of-service by wang');
    // Nothing is said while it is shelved, and it comes back by itself.
    const told = lines
      .filter((line) => /upper-temp\/high .* -> /.test(line))
      .map((line) => Number.parseInt(line, 10));
    expect(told.filter((minute) => minute > 20 && minute < 50)).toEqual([]);
    expect(lines).toContain('50m fridge-1.upper-temp/high unshelved');
  });

  test('days of a timeline, the night of a schedule and a rota are those of the site’s clock', async () => {
    const site = `${SITE.replace('{ to: [li', '{ to: [nurses')}
rotas:
  - { id: nurses, begins: 2026-01-05, shifts: [ { id: day, from: "08:00", to: "20:00", weeks: [[li]] }, { id: night, from: "20:00", to: "08:00", weeks: [[wang]] } ] }
`;
    const night = (start: string) =>
      check(`- { title: t, start: "${start}", values: { fridge-1.upper-temp: "5x5 9x6" } }`, site);
    expect(linesOf(await night('2026-01-05 19:00'), 't')[1]).toMatch(/raised -> li/);
    expect(linesOf(await night('2026-01-05 21:00'), 't')[1]).toMatch(/raised -> wang/);
  });

  test('what is expected and comes is quiet, in any order of a minute’s lines and of people', async () => {
    const { code, output } = await check(`
- title: good
  values: { fridge-1.upper-temp: "5x10 8.6x10" }
  expect:
    - 15m  fridge-1.upper-temp/high raised -> chen, li,wang
    - 15m fridge-1.upper-temp/high raised
`);
    expect(output).toContain('good: as expected');
    expect(code).toBe(0);
  });

  test('what is not as expected is shown line by line, and the command exits with 1', async () => {
    const run = await check(`
- title: bad
  values: { fridge-1.upper-temp: "5x10 8.6x10" }
  expect: [ "12m fridge-1.upper-temp/high raised", "15m fridge-1.upper-temp/high raised -> li, wang, chen" ]
`);
    expect(linesOf(run, 'bad')).toEqual([
      '+ 15m fridge-1.upper-temp/high raised',
      '15m fridge-1.upper-temp/high raised -> li, wang, chen',
      '- 12m fridge-1.upper-temp/high raised',
    ]);
    expect(run.output).toContain('1 case: 0 as expected, 1 not, 0 only shown.');
    expect(run.code).toBe(1);
  });

  test('the last sample stands to the end, and for: follows the case longer', async () => {
    const run = await check(`
- { title: stands, values: { fridge-1.upper-temp: "5x2", fridge-1.lower-temp: "5~6x30" }, expect: [] }
- { title: longer, for: 30m, values: { fridge-1.upper-temp: "5x2 8.5x1" } }
`);
    expect(run.output).toContain('stands: as expected');
    expect(linesOf(run, 'longer')[0]).toBe('7m fridge-1.upper-temp/high raised');
  });

  test('ten simulated days are seconds', async () => {
    const run = await check(`
- { title: long, every: 1h, values: { fridge-1.power: "1x240" }, expect: [] }
`);
    expect(run.output).toContain('long: as expected');
  });
});

describe('in Chinese', () => {
  test('verdicts and their sum are told, and the lines are those that stand under expect', async () => {
    const calm = 'values: { fridge-1.upper-temp: "5x2" }';
    const { code, output } = await check(
      `- { title: shown, ${calm} }
- { title: right, ${calm}, expect: [] }
- { title: wrong, ${calm}, expect: [14m fridge-1.upper-temp/high raised] }
`,
      SITE,
      ...['--language', 'zh'],
    );
    const [, ...lines] = output.split('\n');
    expect(lines).toEqual([
      ...['', 'shown：仅列出', '    什么也没有发生'],
      ...['', 'right：符合预期', '    什么也没有发生'],
      ...['', 'wrong：不符合预期', '    什么也没有发生', '  - 14m fridge-1.upper-temp/high raised'],
      ...['', '3 个用例：1 个符合预期，1 个不符合，1 个仅列出。', ''],
    ]);
    expect(code).toBe(1);
  });

  test('mistakes of the cases are told, and nothing runs', async () => {
    const { code, output } = await check('- { title: x, vlaues: {} }', SITE, '--language', 'zh');
    expect(output).toMatch(/hygate: 用例有 2 处错误，一个也没有运行\n/);
    expect(output).toMatch(
      /cases\.yaml:1:15 {2}\[0\]\.vlaues：没有配置项 "vlaues"（用例）；是不是 "values"？/,
    );
    expect(code).toBe(1);
  });
});

describe('a file of cases with mistakes runs nothing, names each with its line and exits with 1', () => {
  const MISTAKES: readonly [what: string, cases: string, said: RegExp][] = [
    ['no list', 'title: x', /cases\.yaml:1:1 +must be a list of cases, not a mapping/],
    ['an empty file', '', /must be a list of cases/],
    ['no YAML', '- title: "x', /cases\.yaml:1:\d+ .*mend the YAML/],
    [
      'an unknown key',
      '- { title: x, vlaues: {} }',
      /cases\.yaml:1:\d+ .*no key "vlaues"; did you mean "values"/,
    ],
    [
      'an unknown point',
      '- title: x\n  values:\n    fridge-1.upper-tmp: "5x1"',
      /cases\.yaml:3:5 .*no point "fridge-1\.upper-tmp"; did you mean "fridge-1\.upper-temp"/,
    ],
    [
      'values that are none',
      '- { title: x, values: { fridge-1.upper-temp: "5x10 warm" } }',
      /"warm" is not a value/,
    ],
    [
      'a ramp of one',
      '- { title: x, values: { fridge-1.upper-temp: "5~8" } }',
      /"5~8" needs a count of at least 2/,
    ],
    [
      'a reason that is none',
      '- { title: x, values: { fridge-1.upper-temp: "b:tired" } }',
      /"tired" is not a reason/,
    ],
    [
      'more samples than fit',
      '- { title: x, values: { fridge-1.upper-temp: "5x99999999999" } }',
      /more than 1000000 samples/,
    ],
    [
      'a year',
      '- { title: x, every: 1d, values: { fridge-1.upper-temp: "5x365" } }',
      /takes 365d; at most 31d/,
    ],
    ['no point at all', '- { title: x, values: {} }', /name no point/],
    [
      'a day that is none',
      '- { title: x, start: "2026-02-30 08:00", values: { fridge-1.upper-temp: "5" } }',
      /there is no moment 2026-02-30 08:00/,
    ],
    [
      'a stranger',
      '- { title: x, values: { fridge-1.upper-temp: "5x9" }, acts: [{ at: 1m, by: lee, acknowledge: fridge-1.upper-temp/high }] }',
      /no person "lee"; there is chen, li, wang, zhao/,
    ],
    [
      'an act that is none',
      '- { title: x, values: { fridge-1.upper-temp: "5x9" }, acts: [{ at: 1m, by: li }] }',
      /acts\[0\]: does nothing; give one of acknowledge/,
    ],
    [
      'two acts in one',
      '- { title: x, values: { fridge-1.upper-temp: "5x9" }, acts: [{ at: 1m, by: li, reset: fridge-1.upper-temp/high, shelve: fridge-1.upper-temp/high }] }',
      /does several things: shelve, reset/,
    ],
    [
      'a rule that the point has not',
      '- { title: x, values: { fridge-1.upper-temp: "5x9" }, acts: [{ at: 1m, by: li, reset: fridge-1.upper-temp/hi }] }',
      /fridge-1\.upper-temp has no rule "hi"/,
    ],
    [
      'an act after the end',
      '- { title: x, values: { fridge-1.upper-temp: "5x9" }, acts: [{ at: 1h, by: li, reset: fridge-1.upper-temp/high }] }',
      /is after the end of the case/,
    ],
    [
      'expectations that are no list',
      '- { title: x, values: { fridge-1.upper-temp: "5x9" }, expect: nothing }',
      /must be a list of lines/,
    ],
  ];
  test.each(MISTAKES)('%s', async (_what, cases, said) => {
    const { code, output } = await check(cases);
    expect(output).toMatch(said);
    expect(output).toMatch(/mistakes? in the cases, none was run/);
    expect(output).not.toMatch(/\n {4}at |: shown/);
    expect(code).toBe(1);
  });

  test('a file that is not there, or not UTF-8', async () => {
    expect((await check(Buffer.from([0x2d, 0x20, 0xc4, 0xe3]))).output).toMatch(/cases\.yaml is not UTF-8/);
    writeFileSync(join(dir, 'site.yaml'), SITE);
    const missing = new HygateProcess(['check', '--alarms', join(dir, 'none.yaml'), join(dir, 'site.yaml')], {
      env: { SECRET: 'a'.repeat(16) },
    });
    expect((await missing.exited).code).toBe(1);
    expect(missing.output).toMatch(/none\.yaml cannot be read \(ENOENT\): give the path of a file of cases/);
  });

  test('a site with a mistake is told first', async () => {
    const { code, output } = await check(
      '- { title: x, values: {} }',
      SITE.replace('modbus-fridge', 'fridge'),
    );
    expect(output).toMatch(/site\.yaml:5:\d+ .*there is no driver "fridge"/);
    expect(code).toBe(1);
  });
});
