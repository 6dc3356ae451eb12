import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadSite } from '../../gateway/config/load-site.ts';
import { loadPlugins, type Plugins } from '../../gateway/plugins.ts';
import type { Answers } from '../../gateway/setup/answers.ts';
import { AREA_KINDS } from '../../gateway/setup/flags.ts';
import { idFrom, isId } from '../../gateway/setup/identifier.ts';
import { secretsOf, siteText } from '../../gateway/setup/site-text.ts';

describe('whatever is answered', () => {
  let plugins: Plugins;
  beforeAll(async () => {
    plugins = await loadPlugins();
  });

  const name = fc
    .string({ minLength: 1, unit: 'binary' })
    .filter((text) => text.trim() !== '' && text.isWellFormed());
  const id = fc.string({ minLength: 1, maxLength: 60 }).map((text) => idFrom(text, 'x'));
  const unique = <T>(of: fc.Arbitrary<T>, key: (one: T) => string, least = 1) =>
    fc.uniqueArray(of, { selector: key, minLength: least, maxLength: 4 });
  const mail = fc.record({
    host: fc.domain(),
    from: fc.emailAddress(),
    user: fc.option(name),
  });
  const answers: fc.Arbitrary<Answers> = fc
    .record({
      ...{ id, name, timeZone: fc.constantFrom('Asia/Shanghai', 'Europe/Vienna') },
      areas: unique(fc.record({ id, name, kind: fc.constantFrom(...AREA_KINDS) }), (area) => area.id),
      drivers: unique(fc.record({ id, why: fc.option(name), user: fc.option(name) }), (device) => device.id),
      people: unique(fc.record({ id, name, email: fc.emailAddress() }), (person) => person.id, 0),
      mail: fc.option(mail),
    })
    .map(({ drivers, ...rest }) => ({
      ...rest,
      devices: drivers.map(({ id: own, why, user }, index) => ({
        ...{ id: own, name: why, area: rest.areas[0]?.id ?? '', why, points: [], isPlain: index % 4 === 3 },
        ...{ user: index % 2 === 0 ? null : user, trusted: index % 2 === 0 ? null : 'ab'.repeat(32) },
        ...(index % 2 === 0
          ? { driver: 'mqtt-logger', connect: null, limits: 'vaccine-transport/box', tables: [] }
          : {
              driver: 'opcua-fridge',
              connect: 'opc.tcp://host:4840',
              limits: null,
              tables: ['vaccine-storage/fridge'],
            }),
      })),
    }));

  test('the site file passes the check, and says what was answered', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const text = siteText(given);
        const env = Object.fromEntries(secretsOf(given).map(({ variable }) => [variable, 'secret']));
        const loaded = loadSite(text, { ...plugins, env, readFile: () => '' });
        expect('mistakes' in loaded ? loaded.mistakes : []).toEqual([]);
        expect(text.endsWith('\n')).toBe(true);
        expect(parse(text)).toMatchObject({ site: { id: given.id, name: given.name }, areas: given.areas });
      }),
      { numRuns: 100 },
    );
  });

  test('an id that is made of a name is an id, and none that is taken', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (text, taken) => {
        const made = idFrom(text, 'x', new Set(taken));
        expect(isId(made)).toBe(true);
        expect(taken).not.toContain(made);
      }),
    );
  });
});
