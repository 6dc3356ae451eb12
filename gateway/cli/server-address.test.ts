import { expect, test } from 'vitest';
import { serverAddress } from './server-address.ts';

const checked = (text: string) => serverAddress(text, { option: '--url', example: 'http://old-server:8086' });

test.each(['http://127.0.0.1:8080', 'https://page.example/a@b', 'http://[::1]:8086/'])(
  '%s is taken',
  (text) => {
    expect(checked(text)).toBe(text);
  },
);

test.each(['localhost:8086', '192.168.1.5', 'here', '', 'ftp://server', 'http://', 'http://server:99999'])(
  '"%s" is none, and what to give is said',
  (text) => {
    const message = `--url must be an address such as http://old-server:8086, not "${text}"`;
    expect(() => checked(text)).toThrow(expect.objectContaining({ code: 'request-invalid', message }));
  },
);

test.each([
  'http://li:geheim@server:8086',
  'li:geheim@server',
  'ftp://geheim@server',
  'http://x:geheim@server:99999',
])('%s is refused without saying its password', (text) => {
  const message = '--url is an address without name and password, as http://old-server:8086';
  expect(() => checked(text)).toThrow(expect.objectContaining({ code: 'request-invalid', message }));
});
