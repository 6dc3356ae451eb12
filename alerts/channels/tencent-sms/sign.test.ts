import { expect, test } from 'vitest';
import { authorization } from './sign.ts';

test('the example of Tencent Cloud’s “签名方法 v3” has the published signature', () => {
  const call = {
    host: 'cvm.tencentcloudapi.com',
    service: 'cvm',
    body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
    now: 1551113065_000,
  };
  // The document masks the keys with asterisks, and its signature is made with them as they stand there.
  const key = { id: 'AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******', key: 'Gu5t9xGARNpq86cd98joQYCN3*******' };
  expect(authorization(call, key)).toBe(
    'TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c',
  );
});
