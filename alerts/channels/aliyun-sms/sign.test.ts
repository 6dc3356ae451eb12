import { expect, test } from 'vitest';
import { queryOf, signedHeaders } from './sign.ts';

test('the fixed example of Alibaba Cloud’s “Request syntax and signature method V3” has the published signature', () => {
  const call = {
    host: 'ecs.cn-shanghai.aliyuncs.com',
    action: 'RunInstances',
    version: '2014-05-26',
    date: '2023-10-26T10:22:32Z',
    nonce: '3156853299f313e23d1673dc12e1703d',
    parameters: {
      RegionId: 'cn-shanghai',
      ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd',
    },
  };
  const { Authorization } = signedHeaders(call, { id: 'YourAccessKeyId', secret: 'YourAccessKeySecret' });
  expect(Authorization).toBe(
    'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  );
});

test('what an address reserves is encoded, a blank too, and the names are sorted', () => {
  const parameters = { b: "a*b c(d)!'~", a: '温度=9.2&x', B: '-_.' };
  expect(queryOf(parameters)).toBe('B=-_.&a=%E6%B8%A9%E5%BA%A6%3D9.2%26x&b=a%2Ab%20c%28d%29%21%27~');
});
