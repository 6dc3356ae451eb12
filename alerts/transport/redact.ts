/** Shorter than this, a secret guards nothing, and blotting it out would garble every answer. */
const SHORTEST = 6;
const BLOT = '***';

/**
 * Blots secrets out of what is kept as proof or logged: a provider may send back what it got, and an error may name
 * the address that holds the key. Also in the form that they have in an address.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const hidden = [...new Set(forms)]
    .filter((form) => form.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((left, form) => left.replaceAll(form, BLOT), text);
}

/** What of an address is a secret: a robot's key stands in its query or is the last part of its path. */
export function secretsIn(url: string): readonly string[] {
  if (!URL.canParse(url)) return [url];
  const { searchParams, pathname, search, username, password } = new URL(url);
  const last = pathname.split('/').at(-1) ?? '';
  const key = last.length >= 16 ? [last] : [];
  return [url, search, ...searchParams.values(), ...key, username, password].filter((part) => part !== '');
}
