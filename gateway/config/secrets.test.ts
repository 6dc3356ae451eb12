import { expect, test } from 'vitest';
import { readSecret } from './secrets.ts';

const sources = {
  env: { TOKEN: 'abc', EMPTY: '' },
  readFile(path: string): string {
    if (path === 'token') return 'def\n';
    throw Object.assign(new Error('no'), { code: 'EACCES' });
  },
};
const VARIABLE = (name: string) => `\${${name}}`;

test('a variable, a file without its last line end, and a plain text', () => {
  expect(readSecret(VARIABLE('TOKEN'), sources)).toBe('abc');
  expect(readSecret('file:token', sources)).toBe('def');
  expect(readSecret(`x${VARIABLE('TOKEN')}`, sources)).toBe(`x${VARIABLE('TOKEN')}`);
});

test('what is not there is named, with the reason', () => {
  expect(readSecret(VARIABLE('NOPE'), sources)).toMatchObject({
    message: { zh: '没有环境变量 NOPE', en: 'the environment has no NOPE' },
  });
  expect(readSecret(VARIABLE('EMPTY'), sources)).toMatchObject({
    message: { en: 'the environment has no EMPTY' },
  });
  expect(readSecret('file:locked', sources)).toMatchObject({
    message: { en: 'the file locked cannot be read (EACCES)' },
  });
});

test('a variable that every object inherits is not in the environment', () => {
  expect(readSecret(VARIABLE('constructor'), sources)).toMatchObject({
    message: { en: expect.stringContaining('constructor') },
  });
});
