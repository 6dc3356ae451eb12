import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Site, SiteDevice } from '#model/site';
import { MINUTE, SECOND } from '#model/time';
import { jsonSchema } from '../../gateway/config/json-schema.ts';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { reference } from '../../gateway/config/reference.ts';
import { knownToConfig, ROOT } from '../kit/config.ts';

const known = await knownToConfig();
const GOOD = readFileSync(`${ROOT}test/kit/config-site.yaml`, 'utf8');
const README = `${ROOT}gateway/config/README.md`;

function siteOf(text: string): Site {
  const loaded = loadSite(text, known);
  if ('site' in loaded) return loaded.site;
  throw new Error(formatMistakes(loaded.mistakes, 'site.yaml'));
}

function deviceOf(site: Site, id: string): SiteDevice {
  const device = site.devices.find((each) => each.id === id);
  if (device === undefined) throw new Error(`no device ${id}`);
  return device;
}

const rulesOf = (device: SiteDevice, key: string) => {
  const rules = device.points.find((point) => point.key === key)?.rules ?? [];
  return Object.fromEntries(rules.map((rule) => [rule.id, rule]));
};

test('a good site comes out whole, every default filled in', () => {
  const site = siteOf(GOOD);
  expect(site).toMatchObject({
    id: 'hz-second',
    name: { zh: '第二人民医院', en: '第二人民医院' },
    region: ['示范市', '城东区'],
    mqtt: { host: '127.0.0.1', port: 1883 },
    http: { host: '::1', port: 0 },
    trustedProxies: ['172.16.0.0/12', 'fd00::7'],
  });
  expect(site.areas.map(({ kind }) => kind)).toEqual(['medical-waste', 'cold-chain', 'other']);
  expect(site.devices.map(({ id }) => id)).toEqual([
    'waste-cold-1',
    'scale-1',
    'freezer-1',
    'fridge-2',
    'box-7',
    'boiler',
  ]);
  const always = { systems: null, during: null, escalate: [], remind: null };
  expect(site.routes).toEqual([
    { ...always, areas: ['vaccine'], severities: ['warning', 'critical'], to: ['li'] },
    { ...always, areas: null, severities: ['notice', 'warning', 'critical'], to: ['li'] },
  ]);
  expect(site.clients).toEqual([{ user: 'hmi', password: 'from-the-environment', role: 'reader' }]);
  expect(site.influx).toEqual({
    url: 'http://127.0.0.1:8086',
    api: { version: 'v2', org: 'hygate', bucket: 'hygate', token: 'from-a-file' },
    batch: 5000,
    timeout: 10 * SECOND,
  });
  expect(site.channels['webhook']?.options).toMatchObject({ secret: 'from-the-environment', timeout: '10s' });
});

test('a site without the optional parts has none of them', () => {
  const site = siteOf(readFileSync(`${ROOT}gateway/config/cases/good.yaml`, 'utf8'));
  expect(site).toMatchObject({ region: [], people: [], routes: [], clients: [], channels: {}, influx: null });
  expect(site.mqtt).toEqual({ host: '127.0.0.1', port: 1883 });
  expect(site.http).toEqual({ host: '127.0.0.1', port: 8080 });
  expect(site.trustedProxies).toEqual([]);
});

test('Modbus addresses become lines, and traits go from the protocol over the driver to the site', () => {
  const site = siteOf(GOOD);
  expect(deviceOf(site, 'waste-cold-1').link).toMatchObject({
    line: { kind: 'tcp', host: '192.168.10.21', port: 502 },
    unit: 1,
    traits: { maxRegisters: 125, maxBits: 2000, hole: 10, pauseMs: 0, timeoutMs: SECOND },
  });
  expect(deviceOf(site, 'scale-1').link).toMatchObject({
    line: { kind: 'rtu-over-tcp', host: '192.168.10.22', port: 4001 },
    unit: 2,
    // pause stands in the driver, the others in the site file
    traits: { maxRegisters: 60, maxBits: 2000, hole: 4, pauseMs: 20, timeoutMs: 2 * SECOND },
  });
  expect(deviceOf(site, 'freezer-1').link).toMatchObject({
    line: { kind: 'rtu', path: '/dev/ttyUSB0', baud: 9600, parity: 'even', dataBits: 8, stopBits: 1 },
    unit: 3,
  });
});

test('an OPC UA device is met encrypted, its fingerprint without colons; without one there is a hint', () => {
  expect(deviceOf(siteOf(GOOD), 'fridge-2').link).toMatchObject({
    url: 'opc.tcp://192.168.10.40:4840',
    security: 'sign-and-encrypt',
    identity: { kind: 'user', user: 'hygate', password: 'from-the-environment' },
    serverFingerprint: 'ab'.repeat(32),
    acquire: 'subscribe',
    sampling: SECOND,
  });
  const loaded = loadSite(GOOD.replace(/, server: "[^"]*"/, ''), known);
  // The vaccine's limits ask for three people, and its routes reach one.
  const hints = 'hints' in loaded ? loaded.hints.map(({ path }) => path) : [];
  expect(hints).toEqual(['areas[1]', 'devices[3].security']);
});

test('points of the site file keep their address, and their name is by default the quantity’s', () => {
  const boiler = deviceOf(siteOf(GOOD), 'boiler');
  expect(boiler.link).toMatchObject({
    points: [
      {
        key: 'temp',
        address: {
          table: 'holding',
          address: 0,
          type: 'int16',
          order: 'ABCD',
          scale: 0.1,
          faults: [{ raw: 32767, reason: 'sensor-fault' }],
        },
      },
      { key: 'door', address: { bit: 0 } },
      { key: 'power', address: { bit: 1 } },
    ],
  });
  expect(boiler.points.map(({ id, name, range }) => [id, name.zh, range])).toEqual([
    ['boiler.temp', '温度', [-50, 150]],
    ['boiler.door', '门', [0, 1]],
    ['boiler.power', '市电', [0, 1]],
  ]);
});

test('limits of a table keep their basis; a number of the site file is the site’s own', () => {
  const rules = rulesOf(deviceOf(siteOf(GOOD), 'fridge-2'), 'upper-temp');
  expect(rules['high']).toMatchObject({
    limit: 7.5,
    onDelay: 10 * MINUTE,
    deadband: 0.3,
    severity: 'warning',
    basis: { document: 'site file', certainty: 'E' },
  });
  expect(rules['low']).toMatchObject({ limit: 2, basis: { clause: '第十一条', certainty: 'S2' } });
  // The WHO's own delays stay although the point's delay was changed.
  expect(rules['high-high']).toMatchObject({ limit: 8, onDelay: 600 * MINUTE, severity: 'critical' });
  expect(rules['low-low']).toMatchObject({ limit: -0.5, inclusive: true, onDelay: 60 * MINUTE });
  expect(rulesOf(deviceOf(siteOf(GOOD), 'fridge-2'), 'lower-temp')['high']).toMatchObject({
    limit: 8,
    onDelay: 5 * MINUTE,
  });
});

test('a limit can be switched off, and a point can take its limits from another table', () => {
  const changed =
    'limits: { use: vaccine-storage/fridge, points: { upper-temp: { high: off, high-high: off }, lower-temp: { use: vaccine-transport/box } } }';
  const site = siteOf(GOOD.replace(/limits: \{ use: vaccine-storage\/fridge.*\n/, `${changed}\n`));
  const fridge = deviceOf(site, 'fridge-2');
  const limits = (key: string) =>
    Object.values(rulesOf(fridge, key)).flatMap(({ kind, id }) => (kind === 'limit' ? [id] : []));
  expect(limits('upper-temp')).toEqual(['low-low', 'low']);
  expect(rulesOf(fridge, 'lower-temp')['high-high']).toMatchObject({ limit: 10 });
});

test('silence is judged by the table, else by 5 minutes or 5 periods, never sooner than two periods', () => {
  const silence = (text: string, id: string, key: string) =>
    rulesOf(deviceOf(siteOf(text), id), key)['no-data'];
  expect(silence(GOOD, 'fridge-2', 'door')).toMatchObject({ after: 5 * MINUTE, severity: 'critical' });
  expect(silence(GOOD, 'boiler', 'temp')).toMatchObject({ after: 5 * MINUTE, severity: 'warning' });
  expect(silence(GOOD, 'scale-1', 'weight')).toMatchObject({ after: 5 * MINUTE });
  const slow = GOOD.replace('driver: waste-scale', 'driver: waste-scale\n    every: 10m').replace(
    'every: 1m, ',
    'every: 4m, ',
  );
  expect(silence(slow, 'scale-1', 'weight')).toMatchObject({ after: 50 * MINUTE });
  expect(silence(slow, 'box-7', 'temp')).toMatchObject({ after: 8 * MINUTE });
});

test('no secret is ever told in a mistake or a hint', () => {
  const broken = GOOD.replaceAll('role: reader', 'role: 3').replace('org: hygate,', '');
  const loaded = loadSite(broken, known);
  const said = formatMistakes('mistakes' in loaded ? loaded.mistakes : [], 'site.yaml');
  expect(said).toContain('clients[0].role');
  expect(said).not.toContain('from-a-file');
  expect(said).not.toContain('from-the-environment');
});

test('whatever is done to a good file, it is a site or has mistakes on lines that exist', () => {
  const words = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    '-',
    '\n',
    '&a ',
    '*a',
    '!!set ',
    '"',
    '#',
    '__proto__: 1',
    'null',
    '~',
    '? ',
    '<<: ',
    '.nan',
    '\t',
    '0x',
    'constructor: {}',
    '--- ',
    '% ',
  );
  const edit = fc.record({
    at: fc.nat(GOOD.length),
    cut: fc.nat(60),
    put: fc.oneof(words, fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 3 })),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce(
        (before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut),
        GOOD,
      );
      const loaded = loadSite(text, known);
      if ('site' in loaded) return;
      expect(loaded.mistakes.length).toBeGreaterThan(0);
      const lines = text.split('\n').length;
      for (const { line, column, message } of loaded.mistakes) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(message.en).not.toBe('');
        expect(message.zh).toMatch(/\p{Script=Han}/u);
      }
    }),
    { numRuns: 150 },
  );
});

test('whatever value stands under a key, the answer is a site or mistakes, none of them twice', () => {
  const keys = [...GOOD.matchAll(/([a-z-]+): /g)].map(({ index, 0: match }) => index + match.length);
  const value = fc.oneof(
    fc.constantFrom(
      'null',
      '[]',
      '{}',
      '""',
      '-1',
      '1e999',
      '.inf',
      'true',
      '[[]]',
      '{ a: { b: c } }',
      '99999999999',
      '"file:/missing"',
      `"\${NOPE}"`,
      '0',
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...keys), value, (at, put) => {
      const loaded = loadSite(GOOD.slice(0, at) + put + GOOD.slice(at).replace(/^[^,}\n]*/, ''), known);
      const paths =
        'mistakes' in loaded ? loaded.mistakes.map((mistake) => formatMistakes([mistake], '')) : [];
      expect(new Set(paths).size).toBe(paths.length);
    }),
    { numRuns: 150 },
  );
});

test('ten thousand points of a site file are read, and so are ten thousand mistakes', () => {
  const device = (index: number) => {
    const points = Array.from(
      { length: 200 },
      (_, point) =>
        `      - { key: p-${point}, quantity: number, table: holding, address: ${point * 2}, type: float32 }`,
    );
    return [
      `  - id: d-${index}`,
      '    area: a',
      '    driver: modbus',
      `    connect: modbus-tcp://10.0.0.${index}?unit=1`,
      '    points:',
      ...points,
    ].join('\n');
  };
  const text = `site: { id: s, name: n }\nareas: [{ id: a, name: b }]\ndevices:\n${Array.from({ length: 50 }, (_, index) => device(index)).join('\n')}\n`;
  expect(siteOf(text).devices.flatMap(({ points }) => points)).toHaveLength(10_000);
  const loaded = loadSite(text.replaceAll('quantity: number', 'quantity: numbre'), known);
  expect('mistakes' in loaded && loaded.mistakes).toHaveLength(10_000);
});

test.each([...known.drivers.keys()])('the example in the README of the driver %s is right', (driver) => {
  const readme = readFileSync(`${ROOT}collectors/drivers/${driver}/README.md`, 'utf8');
  const example = (/```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '')
    .replace(/"\$\{[A-Z_]+\}"|"file:[^"]*"/g, '"file:/present"')
    .replace(/server: <[^>]*>/, `server: ${'ab'.repeat(32)}`);
  const area = /area: (\S+)/.exec(example)?.[1] ?? '';
  const site = siteOf(`site: { id: s, name: n }\nareas: [{ id: ${area}, name: n }]\ndevices:\n${example}`);
  expect(site.devices.map((device) => device.driver)).toEqual([driver]);
});

test('the reference in the README is what the schema says today', () => {
  const [, written] =
    /<!-- reference:.*-->\n([\s\S]*)<!-- end of reference -->/.exec(readFileSync(README, 'utf8')) ?? [];
  // Generate: replace what stands between the marks by the output of reference().
  expect(written).toBe(`\n${reference()}\n`);
});

test('the JSON Schema for editors asks for what has no default, and for nothing of our own', () => {
  const schema = jsonSchema() as { required: string[]; properties: Record<string, object> };
  expect(schema.required).toEqual(['site', 'areas', 'devices']);
  expect(Object.keys(schema.properties)).toContain('influx');
  expect(JSON.stringify(schema)).not.toMatch(/"(secret|least|protocol)":/);
});
