import type { SiteDevice } from '#model/site';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import type { World } from './world.ts';

/** The site's zone, or the machine's. A machine whose zone was never set says UTC: then shifts begin at odd hours. */
export function resolveTimeZone(given: string | undefined, { mistakes, hints }: World): string {
  const path = ['site', 'time-zone'];
  if (given === undefined) {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    if (/^(Etc\/)?(UTC|UCT|GMT|Universal|Zulu)$/.test(timeZone)) {
      hints.add(
        path,
        { zh: `没有写，而本机的时区是 ${timeZone}`, en: `is not given, and this machine’s is ${timeZone}` },
        {
          zh: '请写 time-zone: Asia/Shanghai，或当地的时区',
          en: 'write time-zone: Asia/Shanghai, or whatever it is there',
        },
      );
    }
    return timeZone;
  }
  if (isZone(given)) return given;
  const message = { zh: `没有时区 "${given}"`, en: `there is no time zone "${given}"` };
  mistakes.add(path, message, suggest(given, Intl.supportedValuesOf('timeZone')));
  return 'UTC';
}

function isZone(name: string): boolean {
  // An offset is understood, too, and knows nothing of daylight saving.
  if (/^[+-]/.test(name)) return false;
  try {
    return Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

interface CalibrationFile {
  readonly due: string;
  readonly certificate: string;
}

/** Valid until the end of that day by the site's clock. */
export function resolveCalibration(
  file: CalibrationFile | undefined,
  path: Path,
  timeZone: string,
  { mistakes }: World,
): SiteDevice['calibration'] {
  if (file === undefined) return null;
  try {
    const day = Temporal.PlainDate.from(file.due).add({ days: 1 });
    return { due: day.toZonedDateTime(timeZone).epochMilliseconds, certificate: file.certificate };
  } catch {
    const at = [...path, 'calibration', 'due'];
    // The form of it was judged before: this says more only where the form is right.
    mistakes.add(
      at,
      { zh: `没有 ${file.due} 这一天`, en: `there is no day ${file.due}` },
      {
        zh: '请写日历上有的日期，如 2027-01-31',
        en: 'give a day of the calendar, such as 2027-01-31',
      },
    );
    return null;
  }
}
