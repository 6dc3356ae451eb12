import { createHash } from 'node:crypto';

/** Grafana takes no longer one. */
const LONGEST = 40;

/** The dashboard's id in Grafana: the same each time, so that links and favourites go on; another for each site. */
export function uidOf(siteId: string, name: string): string {
  const whole = `${siteId}-${name}`;
  if (whole.length <= LONGEST) return whole;
  const mark = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${whole.slice(0, LONGEST - mark.length - 1)}-${mark}`;
}

/** The dashboard of one device is that of its driver, with the device as a variable. */
export const deviceSheetName = (driver: string): string => `device-${driver}`;
