import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Rule } from '#model/rule';
import type { Site } from '#model/site';
import { DAY, HOUR, MINUTE } from '#model/time';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { knownToConfig, ROOT } from '../kit/config.ts';

const known = await knownToConfig();
const SITE = { document: 'site file', certainty: 'E' };

function loaded(text: string): { site: Site; hints: string[] } {
  const result = loadSite(text, known);
  if ('mistakes' in result) throw new Error(formatMistakes(result.mistakes, 'site.yaml'));
  return { site: result.site, hints: result.hints.map((hint) => formatMistakes([hint], 'site.yaml')) };
}

/** A site of one fridge with these limits, and what else stands in the file. */
const siteWith = (limits: string, rest = '') =>
  loaded(`site: { id: demo, name: 示范医院, time-zone: Asia/Shanghai }
areas: [{ id: vaccine, name: 接种门诊, kind: cold-chain }]
devices:
  - { id: fridge-1, area: vaccine, driver: modbus-fridge, connect: "modbus-tcp://10.0.0.1?unit=1", every: 10s, limits: ${limits} }
${rest}`);

function rulesOf(limits: string, key = 'upper-temp'): Readonly<Record<string, Rule>> {
  const { points } = siteWith(limits).site.devices[0] ?? { points: [] };
  const rules = points.find((point) => point.key === key)?.rules ?? [];
  return Object.fromEntries(rules.map((rule) => [rule.id, rule]));
}

const ofPoint = (rules: string, key?: string) => rulesOf(`{ points: { upper-temp: { ${rules} } } }`, key);

describe('rules of the site file', () => {
  test('every point is told faulty or implausible after two minutes, as badly as silence, without a table', () => {
    const rules = rulesOf('{ points: {} }');
    expect(Object.keys(rules)).toEqual(['no-data', 'bad-sensor', 'implausible']);
    expect(rules['bad-sensor']).toMatchObject({
      ...{ kind: 'fault', reasons: ['sensor-fault', 'frozen'], after: 2 * MINUTE, severity: 'warning' },
      basis: { document: 'Hygate', certainty: 'E' },
    });
    expect(rules['implausible']).toMatchObject({ reasons: ['out-of-range'] });
    expect(Object.keys(ofPoint('bad-sensor: off, implausible: off'))).toEqual(['no-data']);
  });

  test('a limit may be a number, or a mapping with a delay, a deadband and a severity of its own', () => {
    const rules = ofPoint(
      'high: 8, on-delay: 5m, high-high: { value: 12, on-delay: 1m, off-delay: 2m, deadband: 1, severity: warning, latch: true }',
    );
    expect(rules['high']).toMatchObject({ limit: 8, onDelay: 5 * MINUTE, offDelay: 0, severity: 'warning' });
    expect(rules['high-high']).toMatchObject({
      ...{ limit: 12, onDelay: MINUTE, offDelay: 2 * MINUTE, deadband: 1 },
      ...{ severity: 'warning', latch: true, basis: SITE },
    });
    expect(rules['high']).not.toHaveProperty('latch');
  });

  test('a delay that the table gives to one limit yields to that limit in the file and not to the point', () => {
    const rules = rulesOf(
      '{ use: vaccine-storage/fridge, points: { upper-temp: { on-delay: 10m, high-high: { on-delay: 8h } } } }',
    );
    expect(rules['high']).toMatchObject({ onDelay: 10 * MINUTE, people: 3 });
    expect(rules['low-low']).toMatchObject({ onDelay: HOUR });
    // Its value is still the standard's.
    expect(rules['high-high']).toMatchObject({
      onDelay: 8 * HOUR,
      basis: { document: 'WHO PQS 30DTR' },
    });
  });

  test('a rule of a table can be changed in part or switched off, and a forecast follows the site’s own limit', () => {
    const rules = rulesOf(
      '{ use: vaccine-storage/fridge, points: { upper-temp: { high: 7, rising: { value: 3 }, frozen: off, low: off } } }',
    );
    expect(rules['rising']).toMatchObject({ limit: 3, within: 30 * MINUTE, deadband: 2, basis: SITE });
    expect(rules['forecast-high']).toMatchObject({ limit: 7, severity: 'notice' });
    // Nothing to look ahead to.
    expect(Object.keys(rules)).not.toContain('forecast-low');
    expect(Object.keys(rules)).not.toContain('frozen');
    expect(rules['disagreement']).toMatchObject({ other: 'fridge-1.lower-temp' });
    expect(Object.keys(rulesOf('vaccine-storage/fridge', 'lower-temp'))).not.toContain('disagreement');
  });

  test('rate, frozen, means, exposures, kinetic mean, differences and forecasts come out whole', () => {
    const rules = ofPoint(`high: 8, low: 2,
      rising: { value: 2, within: 5m, severity: notice },
      frozen: { change: 0.05, after: 1h },
      hourly-mean-high: { value: 8, coverage: 0.5 }, daily-mean-low: { value: 2 },
      heat-exposure: { beyond: 8, for: 10h }, freeze-exposure: { beyond: -0.5, for: 1h, within: 24h },
      kinetic-mean: { value: 8 }, disagreement: { value: 1.5, other: lower-temp, on-delay: 10m },
      forecast-high: {}, forecast-low: { horizon: 1h }`);
    expect(rules['rising']).toMatchObject({
      kind: 'rate',
      limit: 2,
      within: 5 * MINUTE,
      severity: 'notice',
      inclusive: false,
    });
    expect(rules['frozen']).toMatchObject({ kind: 'frozen', least: 0.05, after: HOUR });
    expect(rules['hourly-mean-high']).toMatchObject({ kind: 'mean', limit: 8, coverage: 0.5 });
    expect(rules['daily-mean-low']).toMatchObject({ kind: 'mean', limit: 2, coverage: 0.75 });
    expect(rules['heat-exposure']).toMatchObject({ beyond: 8, limit: 10 * HOUR, within: 'event' });
    expect(rules['freeze-exposure']).toMatchObject({ beyond: -0.5, limit: HOUR, within: DAY });
    expect(rules['kinetic-mean']).toMatchObject({ limit: 8, within: DAY, severity: 'notice' });
    expect(rules['disagreement']).toMatchObject({
      kind: 'difference',
      other: 'fridge-1.lower-temp',
      onDelay: 10 * MINUTE,
    });
    expect(rules['forecast-high']).toMatchObject({ limit: 8, horizon: 30 * MINUTE, severity: 'notice' });
    expect(rules['forecast-low']).toMatchObject({ limit: 2, horizon: HOUR });
    for (const rule of Object.values(rules)) {
      expect(rule.advice.zh).toMatch(/[\u4e00-\u9fff]/);
      expect(rule.advice.en).not.toBe('');
    }
  });

  test('a schedule of the point is for what judges its value, one of a rule for that rule alone', () => {
    const rules = ofPoint(`high: 8, low: { value: 2, during: [{ from: "00:00", to: "24:00" }] },
      during: [{ days: [fri, sat], from: "20:00", to: "06:00" }]`);
    expect(rules['high']).toMatchObject({ during: [{ days: [5, 6], from: 1200, to: 360 }] });
    expect(rules['low']).toMatchObject({ during: [{ from: 0, to: 1440 }] });
    expect(rules['no-data']).not.toHaveProperty('during');
    expect(rules['bad-sensor']).not.toHaveProperty('during');
  });

  test('a rule of one point is none of its neighbour', () => {
    expect(Object.keys(ofPoint('rising: { value: 2, within: 5m }', 'lower-temp'))).not.toContain('rising');
  });
});

describe('how a site deals with alarms', () => {
  const { site: plain, hints } = siteWith('vaccine-storage/fridge');

  test('a device’s own power explains that its points are silent, its first silence the others’, a fault its own', () => {
    const by = (point: string, kind: string) =>
      plain.suppressions.filter((each) => each.by === point && each.byKinds.includes(kind as Rule['kind']));
    expect(by('fridge-1.power', 'limit')).toEqual([
      {
        by: 'fridge-1.power',
        byKinds: ['limit'],
        points: ['fridge-1.upper-temp', 'fridge-1.lower-temp', 'fridge-1.door'],
        kinds: ['no-data', 'fault'],
      },
    ]);
    expect(by('fridge-1.upper-temp', 'no-data')).toMatchObject([
      { points: ['fridge-1.lower-temp', 'fridge-1.door', 'fridge-1.power'], kinds: ['no-data'] },
    ]);
    expect(by('fridge-1.door', 'fault')).toMatchObject([{ points: ['fridge-1.door'], kinds: ['no-data'] }]);
    // A fridge that is too warm does not excuse its silence.
    expect(by('fridge-1.upper-temp', 'limit')).toEqual([]);
  });

  test('what the file leaves out is usual', () => {
    expect(plain).toMatchObject({ pageUrl: null, maintenance: [], heartbeat: null, testCall: null });
    expect(plain.policy).toEqual({
      acknowledgedFor: { critical: HOUR, warning: 4 * HOUR, notice: 24 * HOUR },
      shelvedFor: { critical: 2 * HOUR, warning: 24 * HOUR, notice: 72 * HOUR },
      twoPersons: ['critical'],
    });
  });

  test('what the file says is so', () => {
    const { site } = siteWith(
      'vaccine-storage/fridge, calibration: { due: 2026-12-31, certificate: JL-2026-17 }',
      `page-url: https://hygate.example/base/
suppress: [{ by: fridge-1.door, by-kinds: [limit, no-data], points: [fridge-1.upper-temp, fridge-1], kinds: [rate] }]
maintenance: [{ points: [fridge-1], during: [{ days: [sun], from: "02:00", to: "04:00" }], reason: 除霜 }]
policy: { acknowledged-for: { notice: ever, critical: 30m }, shelved-for: { warning: 8h }, two-persons: [] }
heartbeat: { url: "https://watch.example/ping", mqtt: { url: "mqtts://b.example", topic: up/hz, user: hz, password: "\${PRESENT}" } }
test-call: { week: 2, day: wed, at: "09:30", answer-within: 1h }
channels:
  webhook: { url: "https://hook.example/a", secret: "\${PRESENT}" }
  night-group: { use: webhook, url: "https://hook.example/b", secret: "\${PRESENT}" }
people: [{ id: li, name: 李, channels: [night-group] }]`,
    );
    expect(site.pageUrl).toBe('https://hygate.example/base');
    // Valid until the end of that day in Shanghai.
    expect(site.devices[0]?.calibration).toEqual({
      due: Date.parse('2027-01-01T00:00:00+08:00'),
      certificate: 'JL-2026-17',
    });
    expect(site.suppressions.at(-1)).toMatchObject({
      ...{ by: 'fridge-1.door', byKinds: ['limit', 'no-data'], kinds: ['rate'] },
      points: ['fridge-1.upper-temp', 'fridge-1.lower-temp', 'fridge-1.door', 'fridge-1.power'],
    });
    expect(site.maintenance).toMatchObject([{ during: [{ days: [7], from: 120, to: 240 }], reason: '除霜' }]);
    expect(site.policy).toEqual({
      acknowledgedFor: { critical: 30 * MINUTE, warning: 4 * HOUR, notice: null },
      shelvedFor: { critical: 2 * HOUR, warning: 8 * HOUR, notice: 72 * HOUR },
      twoPersons: [],
    });
    expect(site.heartbeat).toEqual({
      every: MINUTE,
      url: 'https://watch.example/ping',
      mqtt: { url: 'mqtts://b.example', topic: 'up/hz', user: 'hz', password: 'from-the-environment' },
    });
    expect(site.testCall).toEqual({ week: 2, day: 3, at: 570, answerWithin: HOUR });
    expect(Object.entries(site.channels).map(([name, { use }]) => [name, use])).toEqual([
      ['webhook', 'webhook'],
      ['night-group', 'webhook'],
    ]);
    expect(site.channels['night-group']?.options).toMatchObject({ url: 'https://hook.example/b' });
    expect(site.channels['night-group']?.options).not.toHaveProperty('use');
  });

  test('a site whose machine has no zone of its own is told so', () => {
    const before = process.env['TZ'];
    process.env['TZ'] = 'UTC';
    const { hints: said } = loaded(readFileSync(`${ROOT}gateway/config/cases/good.yaml`, 'utf8'));
    process.env['TZ'] = before;
    expect(said.join()).toContain('site.time-zone: is not given, and this machine’s is UTC');
    expect(hints.join()).not.toContain('time-zone');
  });
});

describe('people whom a rule wants', () => {
  const people = ['li', 'wang', 'chen']
    .map((id) => `  - { id: ${id}, name: ${id}, channels: [webhook] }`)
    .join('\n');
  const hintsOf = (routes: string, rotas = '[]') =>
    siteWith(
      'vaccine-storage/fridge',
      `people:\n${people}\nchannels: { webhook: { url: "https://hook.example/a", secret: "\${PRESENT}" } }\nrotas: ${rotas}\nroutes: ${routes}`,
    ).hints.filter((hint) => hint.includes('named people'));

  test('three on one route are enough, and so are three on two', () => {
    expect(hintsOf('[{ to: [li, wang, chen] }]')).toEqual([]);
    expect(hintsOf('[{ to: [li, wang] }, { areas: [vaccine], to: [chen, li] }]')).toEqual([]);
  });

  test('fewer are a hint with the area’s line and the numbers', () => {
    expect(hintsOf('[{ to: [li, wang] }]')).toEqual([
      'site.yaml:2:9  areas[0]: critical alarms of vaccine reach 2 at once, and its limits ask for 3 named people; name more people in the routes that take them',
    ]);
  });

  test('alarms of which no route tells anybody are a hint, whatever the hour of a route', () => {
    const heard = (routes: string) =>
      siteWith(
        'vaccine-storage/fridge',
        `people:\n${people}\nchannels: { webhook: { url: "https://hook.example/a", secret: "\${PRESENT}" } }\nroutes: ${routes}`,
      ).hints.filter((hint) => hint.includes('nobody is told'));
    expect(heard('[{ to: [li] }]')).toEqual([]);
    expect(heard('[{ to: [li], during: [{ from: "08:00", to: "18:00" }] }]')).toEqual([]);
    expect(heard('[{ to: [li], severities: [critical] }]').join()).toContain(
      'routes: nobody is told of warning alarms of vaccine; let a route take them',
    );
    expect(heard('[{ to: [li], systems: [pool-water] }]').join()).toContain(
      'nobody is told of critical alarms of vaccine, warning alarms of vaccine; ',
    );
    expect(heard('[]')).toEqual([]);
  });

  test('the steps of an escalation count: whoever they call fills up the three at once', () => {
    const escalate = 'escalate: [{ after: 5m, to: [chen] }]';
    expect(hintsOf(`[{ to: [li, wang], ${escalate} }]`)).toEqual([]);
    expect(hintsOf(`[{ to: [li], ${escalate} }]`).join()).toContain('reach 2 at once');
  });

  test('a route of another time or severity reaches nobody always, a rota as many as stand a shift', () => {
    expect(hintsOf('[{ to: [li, wang, chen], during: [{ from: "08:00", to: "18:00" }] }]')).toHaveLength(1);
    expect(hintsOf('[{ to: [li, wang, chen], severities: [notice] }]')).toHaveLength(1);
    const rota =
      '[{ id: nurses, begins: 2026-01-05, shifts: [{ id: all, from: "08:00", to: "08:00", weeks: [[li, wang]] }] }]';
    expect(hintsOf('[{ to: [nurses] }]', rota)).toHaveLength(1);
    expect(hintsOf('[{ to: [nurses, chen] }]', rota)).toEqual([]);
  });
});

test('hours of a point that a daily mean of the table cannot have are a hint', () => {
  const { hints } = loaded(`site: { id: demo, name: 示范医院, time-zone: Asia/Shanghai }
areas: [{ id: sewage, name: 污水站, kind: wastewater }]
devices:
  - id: outlet
    area: sewage
    driver: wastewater-station
    connect: "modbus-tcp://10.0.0.1?unit=1"
    limits:
      use: gb-18466-2005/pre-treatment
      points:
        cod:
          during: [{ from: "08:00", to: "18:00" }]`);
  expect(hints.filter((hint) => hint.includes('daily-mean'))).toEqual([
    expect.stringContaining('site.yaml:12'),
  ]);
});
