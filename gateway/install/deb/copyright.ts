/** Debian's machine-readable form; the parts of others carry their licences in their own folders. */
export const COPYRIGHT = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: hygate
Comment: Programs of others, each with its own licence in its folder, stand in
 /usr/lib/hygate/node_modules; sbom.cdx.json beside this file names them all.

Files: *
Copyright: the authors of Hygate
License: Apache-2.0
 The text stands in /usr/share/common-licenses/Apache-2.0 and in
 /usr/lib/hygate/LICENSE.
`;
