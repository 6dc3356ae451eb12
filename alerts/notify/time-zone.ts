/**
 * The zone for times in messages: the machine's own, or its offset where the zone has no name that can be written.
 * An empty TZ is `Etc/Unknown` to ICU, and POSIX text like `CST-8` is nothing; a message that failed over that would
 * never be sent. `offset` is that of `Date`: minutes, negative in the east.
 */
export function usableZone(zone: string | undefined, offset: number): string {
  return zone !== undefined && isZone(zone) ? zone : offsetZone(offset);
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }) !== undefined;
  } catch {
    return false;
  }
}

function offsetZone(offset: number): string {
  const minutes = Math.abs(offset);
  const pad = (part: number) => String(part).padStart(2, '0');
  return `${offset > 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
