import { isIP } from 'node:net';
import type { SiteFile } from './site-file.ts';
import type { World } from './world.ts';

/** Not /0: whoever believes everybody throttles nobody. */
const PREFIX = /^[1-9]\d{0,2}$/;

/** The proxies beside this machine's own that are believed when they say who asks. */
export function resolveProxies({ listen }: SiteFile, { mistakes }: World): readonly string[] {
  const proxies = listen['trusted-proxies'];
  proxies.forEach((proxy, index) => {
    if (isAddressOrNetwork(proxy)) return;
    mistakes.add(
      ['listen', 'trusted-proxies', index],
      { zh: `"${proxy}" 不是地址，也不是网段`, en: `"${proxy}" is no address and no network` },
      { zh: '请写成 172.16.0.0/12 或 10.0.0.7', en: 'write it as 172.16.0.0/12 or 10.0.0.7' },
    );
  });
  return proxies;
}

function isAddressOrNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return false;
  return prefix === undefined || (PREFIX.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}
