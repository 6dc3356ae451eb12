import { expect, test } from 'vitest';
import type { Site } from '#model/site';
import { formatMistakes } from '../../config/mistakes.ts';
import { readCases } from './read-cases.ts';

/** What the reader asks a site for. */
const SITE = {
  timeZone: 'Asia/Shanghai',
  people: [{ id: 'li' }, { id: 'wang' }],
  devices: [{ points: [{ id: 'fridge-1.temp', rules: [{ id: 'high' }] }] }],
} as unknown as Site;

test('mistakes of a file of cases are told in Chinese as well', () => {
  const read = readCases(
    [
      '- { title: a, values: {} }',
      '- { title: b, every: 1d, values: { fridge-1.temp: "5x365" } }',
      '- { title: c, start: "2026-02-30 08:00", values: { fridge-1.temp: "5x9 warm", fridge-1.tmp: "5" } }',
      '- { title: d, values: { fridge-1.temp: "b:tired" }, acts: [{ at: 1h, by: lee, reset: fridge-1.temp/hi }] }',
      '- { title: e, values: { fridge-1.temp: "5~8" }, acts: [{ at: 0s, by: li }] }',
      '- { title: f, values: { fridge-1.temp: "5x0" }, acts: [{ at: 0s, by: li, reset: a/b, shelve: a/b }] }',
      '- { title: g, values: { fridge-1.temp: "5x99999999" }, expect: nothing }',
      '',
    ].join('\n'),
    SITE,
  );
  expect('mistakes' in read && formatMistakes(read.mistakes, 'c', 'zh').split('\n')).toEqual([
    'c:1:15  [0].values：没有写测点；请写一个测点的值',
    'c:2:3  [1]：长达 365d；最多 31d',
    'c:3:15  [2].start：没有 2026-02-30 08:00 这个时刻；请写日历上有的日期',
    'c:3:52  [2].values.fridge-1.temp："warm" 不是值，也不是 值x个数（如 5x10）；应写成如 "5x10 5~9x5 9.2x40 _x3 bx2"',
    'c:3:79  [2].values.fridge-1.tmp：站点没有测点 "fridge-1.tmp"；是不是 "fridge-1.temp"？',
    'c:4:25  [3].values.fridge-1.temp："tired" 不是无效读数的原因；应写成如 "5x10 5~9x5 9.2x40 _x3 bx2"',
    'c:4:62  [3].acts[0].at：晚于用例的结束；请写 for: …',
    'c:4:70  [3].acts[0].by：站点没有人员 "lee"；可选：li、wang',
    'c:4:79  [3].acts[0].reset：fridge-1.temp 没有规则 "hi"；可选：high',
    'c:5:25  [4].values.fridge-1.temp："5~8" 的个数至少为 2；应写成如 "5x10 5~9x5 9.2x40 _x3 bx2"',
    'c:5:56  [4].acts[0]：什么也没有做；请写其中之一：acknowledge、shelve、grant-shelf、unshelve、reset、comment、out-of-service、in-service',
    'c:6:25  [5].values.fridge-1.temp："5x0" 没有样本；应写成如 "5x10 5~9x5 9.2x40 _x3 bx2"',
    'c:6:56  [5].acts[0]：做了几件事：shelve、reset；请写其中之一：acknowledge、shelve、grant-shelf、unshelve、reset、comment、out-of-service、in-service',
    'c:7:25  [6].values.fridge-1.temp：超过 1000000 个样本；应写成如 "5x10 5~9x5 9.2x40 _x3 bx2"',
    'c:7:56  [6].expect：应为逐行的列表，与显示的一致，而不是 "nothing"',
  ]);
});
