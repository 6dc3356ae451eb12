import { type ClientSession, NodeClass, resolveNodeId } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { variablesOf } from './browse.ts';

/** A server whose objects never end: each page has a continuation. */
function endless(perPage: number) {
  let pages = 0;
  const page = async () => {
    pages += 1;
    const references = Array.from({ length: perPage }, (_, index) => ({
      nodeId: resolveNodeId(`ns=1;s=${pages}.${index}`),
      nodeClass: NodeClass.Variable,
    }));
    return { references, continuationPoint: Buffer.from('more') };
  };
  const session = { browse: page, browseNext: page } as unknown as ClientSession;
  return { session, pages: () => pages };
}

test.each([0, 1, 500, 5_000])(
  'a server that always has %i more nodes is left after a while',
  async (perPage) => {
    const { session, pages } = endless(perPage);
    expect((await variablesOf(session)).length).toBeLessThanOrEqual(2_000);
    expect(pages()).toBeLessThanOrEqual(4_000);
  },
);
