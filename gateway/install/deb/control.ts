export interface Control {
  readonly version: string;
  readonly architecture: string;
  /** Of disk, KiB. */
  readonly installedSize: number;
}

/** Debian's control file. What Node is linked with, and what the maintainer scripts and serial lines use. */
export const control = ({ version, architecture, installedSize }: Control): string => `Package: hygate
Version: ${version}
Architecture: ${architecture}
Maintainer: Hygate <hygate@localhost>
Installed-Size: ${installedSize}
Depends: adduser, coreutils, util-linux, libatomic1, libc6 (>= 2.28), libgcc-s1, libstdc++6 (>= 5)
Recommends: systemd
Section: net
Priority: optional
Description: monitoring gateway for hospitals and vaccination clinics
 Reads sensors of medical waste stores, drinking and pool water, wastewater,
 radiation and the vaccine cold chain over Modbus, OPC UA and MQTT, keeps every
 reading, judges it against the limits of the standards and calls whoever is on
 call. Brings the Node that it runs on.
`;
