import { HygateError } from '#model/errors';
import type { Answers, DeviceAnswer } from './answers.ts';
import type { Finding } from './finding.ts';
import { type Given, missingFlags } from './flags.ts';
import type { Surroundings } from './surroundings.ts';
import { takeFinding } from './take-finding.ts';

/** What came out where nobody was asked. */
export interface Unattended {
  readonly answers: Answers;
  /** For people, a line each. */
  readonly remarks: readonly string[];
}

/** From flags and scans alone. Throws `request-invalid` that names the flags that are missing. */
export async function unattended(given: Given, around: Surroundings): Promise<Unattended> {
  const missing = missingFlags(given);
  if (missing.length > 0)
    throw new HygateError(
      'request-invalid',
      `nobody can be asked here (no terminal), so give ${missing.join('; ')}`,
    );
  const devices: DeviceAnswer[] = given.devices.map((device) => withTables(device, around));
  const remarks: string[] = [];
  for (const target of given.scans) {
    const report = await around.scan(target);
    remarks.push(...report.remarks);
    for (const finding of report.findings) {
      if (isTrusted(finding, given.trusted)) devices.push(taken(finding, devices, given, around));
      else remarks.push(untrusted(finding));
    }
  }
  if (devices.length === 0)
    throw new HygateError(
      'request-invalid',
      ['nothing was found, and nothing was written', ...remarks].join('\n'),
    );
  const { id, name, areas, people, mail } = given;
  const timeZone = given.timeZone ?? around.timeZone;
  return { answers: { id: id ?? '', name: name ?? '', timeZone, areas, devices, people, mail }, remarks };
}

const withTables = (device: DeviceAnswer, around: Surroundings): DeviceAnswer => ({
  ...device,
  tables: around.tablesFor(device.driver),
});

/** In the first area; which limits are meant a person must say. */
function taken(
  finding: Finding,
  devices: readonly DeviceAnswer[],
  given: Given,
  around: Surroundings,
): DeviceAnswer {
  const tables = around.tablesFor(finding.driver);
  const ids = new Set(devices.map(({ id }) => id));
  return takeFinding(finding, { area: given.areas[0]?.id ?? '', limits: null, tables, taken: ids });
}

const isTrusted = ({ certificate }: Finding, trusted: ReadonlySet<string>): boolean =>
  certificate === null || trusted.has(certificate);

const untrusted = ({ connect, certificate }: Finding): string =>
  `${connect} was left out: it shows certificate ${certificate}; compare that with the server's own display and give --trust ${certificate}`;
