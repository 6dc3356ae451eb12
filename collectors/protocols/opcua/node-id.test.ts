import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resolveNode } from './node-id.ts';

const namespaces = ['http://opcfoundation.org/UA/', 'urn:server', 'urn:maker;50%'];

test.each([
  ['i=2258', 'i=2258'],
  ['ns=2;s=Fridge.Temp', 'ns=2;s=Fridge.Temp'],
  ['ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a', 'ns=1;g=09087e75-8e5e-499b-954f-f2a9603db28a'],
  ['ns=1;b=M/RbKBsRVkePCePcx24oRA==', 'ns=1;b=M/RbKBsRVkePCePcx24oRA=='],
  ['nsu=urn:server;i=7', 'ns=1;i=7'],
  ['nsu=urn:server;s=a;b=c', 'ns=1;s=a;b=c'],
  ['nsu=urn:maker%3B50%25;s=温度', 'ns=2;s=温度'],
  ['nsu=http://opcfoundation.org/UA/;i=2258', 'ns=0;i=2258'],
])('%s is %s', (node, resolved) => {
  expect(resolveNode(node, namespaces)).toBe(resolved);
});

test.each(['nsu=urn:unknown;i=7', 'x=1', 'ns=1', '', 'i=one', 'nsu=urn:server;x=1', 'g=123'])(
  '%s is no node of the server',
  (node) => {
    expect(resolveNode(node, namespaces)).toBeUndefined();
  },
);

test('a namespace is found wherever the server put it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.webUrl(), { minLength: 1 }), fc.nat(), (uris, pick) => {
      const index = pick % uris.length;
      const escaped = uris[index]?.replaceAll('%', '%25').replaceAll(';', '%3B');
      expect(resolveNode(`nsu=${escaped};s=T`, uris)).toBe(`ns=${index};s=T`);
    }),
  );
});
