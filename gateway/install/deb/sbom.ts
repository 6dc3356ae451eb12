import { execFileSync } from 'node:child_process';
import type { EpochMs } from '#model/time';

interface Bom {
  serialNumber?: string;
  metadata: { timestamp?: string };
}

/** What the program consists of, with versions, licences and hashes, as CycloneDX; made by npm of what it installed. */
export function sbomOf(folder: string, at: EpochMs): string {
  const args = ['sbom', '--sbom-format=cyclonedx', '--omit=dev', '--loglevel=error'];
  const text = execFileSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const bom = JSON.parse(text) as Bom;
  // Random and the present moment: the same tree must give the same bytes.
  delete bom.serialNumber;
  bom.metadata.timestamp = new Date(at).toISOString();
  return `${JSON.stringify(bom, null, 1)}\n`;
}
