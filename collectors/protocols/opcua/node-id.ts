const NAMESPACE_URI = /^nsu=([^;]+);(.+)$/;

/** The four kinds of identifier (Part 6, 5.3.1.10): number, text, GUID, bytes. */
const NODE_ID = /^(?:ns=\d+;)?(?:i=\d+|s=.+|g=[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|b=[A-Za-z\d+/]+=*)$/is;

/**
 * A node id as this server numbers it today. `nsu=<URI>;s=Fridge.Temp` is looked up in the server's namespace array,
 * as a server may number its namespaces anew at every start (Part 3, 8.2.2); any other form stands as it is.
 * Undefined when the server does not know the namespace, or the text is no node id.
 */
export function resolveNode(node: string, namespaces: readonly string[]): string | undefined {
  const [, uri, identifier] = NAMESPACE_URI.exec(node) ?? [];
  if (uri === undefined || identifier === undefined) return NODE_ID.test(node) ? node : undefined;
  // Part 6, 5.3.1.10: a URI inside a node id has ";" and "%" escaped.
  const index = namespaces.indexOf(uri.replaceAll(/%3b/gi, ';').replaceAll('%25', '%'));
  return index < 0 || !NODE_ID.test(identifier) ? undefined : `ns=${index};${identifier}`;
}
