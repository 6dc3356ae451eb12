/** A node id of a driver, taken apart. */
export interface NodeAddress {
  readonly namespace: { readonly uri: string } | { readonly index: number };
  /** `s=UpperTemp`, `i=42`. */
  readonly id: string;
}

/** Reads `nsu=urn:x;s=Temp`, `ns=2;i=42` and `i=42` (OPC 10000-6, 5.3.1.10); undefined for any other text. */
export function parseNode(text: string): NodeAddress | undefined {
  const match = /^(?:(?:nsu=([^;]+)|ns=(\d+));)?([isgb]=.+)$/.exec(text);
  if (match === null) return undefined;
  const [, uri, index = '0', id = ''] = match;
  return { namespace: uri === undefined ? { index: Number(index) } : { uri }, id };
}
