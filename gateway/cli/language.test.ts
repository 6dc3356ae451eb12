import { expect, test } from 'vitest';
import { languageOf, machineLanguage } from './language.ts';

test('the language is that of the machine, unless one of ours is asked for', () => {
  const locales = ['zh_CN.UTF-8', 'en_GB.UTF-8', 'C', ''];
  expect(locales.map((LANG) => machineLanguage({ LANG }))).toEqual(['zh', 'en', 'en', 'en']);
  expect(machineLanguage({ LC_ALL: 'C.UTF-8', LANG: 'zh_CN.UTF-8' })).toBe('en');
  expect(machineLanguage({ LC_ALL: '', LANG: 'zh_CN.UTF-8' })).toBe('zh');
  expect(machineLanguage({})).toBe('en');
  expect(languageOf(undefined, 'zh')).toBe('zh');
  expect(languageOf('en', 'zh')).toBe('en');
  expect(() => languageOf('fr', 'zh')).toThrow('--language is zh or en, not "fr"');
});
