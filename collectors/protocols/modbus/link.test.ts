import { expect, test } from 'vitest';
import { MINUTE, realClock } from '#model/time';
import { openLink } from './link.ts';

test('a wire that cannot be opened says what to look at', async () => {
  // Port 1 (tcpmux) is not served on any machine of today.
  const refused = openLink({ kind: 'tcp', host: '127.0.0.1', port: 1 }, MINUTE, realClock);
  await expect(refused).rejects.toThrow('cannot be opened: nothing listens there; check address and port');
  const serial = {
    kind: 'rtu',
    path: '/dev/none',
    baud: 9600,
    parity: 'even',
    dataBits: 8,
    stopBits: 1,
  } as const;
  await expect(openLink(serial, MINUTE, realClock)).rejects.toThrow('there is no such serial port');
});
