#!/bin/sh
# First use with Docker: makes the site's folder with a password for every account, the folder of the records, and .env,
# which tells Compose where they are. Run again, after each upgrade say, it keeps what is there and makes what is missing.
set -eu
dir="${1:?give a folder for the site file and the secrets, such as /etc/hygate}"
data="${2:-/var/lib/hygate}"
clone="$(cd "$(dirname "$0")/../../.." && pwd)"
env="$clone/.env"

mkdir -p "$dir/site" "$dir/secrets"
dir="$(cd "$dir" && pwd)"
# Each container sees only its own secrets, as files that it may read; people of this machine are kept out by the folder.
chmod 700 "$dir/secrets"
# The gateway's group may read in there, whatever the umask is under which root writes a file.
chgrp -R 10001 "$dir/site"
chmod 2750 "$dir/site"
for name in influxdb-admin-password influxdb-admin-token influxdb-gateway-password grafana-source-password \
  grafana-admin-password broker-bridge-password broker-reader-password; do
  [ -s "$dir/secrets/$name" ] && continue
  head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' > "$dir/secrets/$name"
  chmod 444 "$dir/secrets/$name"
done
[ -e "$dir/site/site.env" ] || (umask 077 && : > "$dir/site/site.env")
# A clone made with umask 027: these are read inside of containers, by their users.
chmod -R a+rX "$clone/gateway/install/docker" "$clone/grafana/provisioning"

[ -e "$env" ] || printf 'COMPOSE_PROJECT_NAME=hygate\n' > "$env"
# Quoted, as Compose takes what stands between single quotes as it is.
grep -q '^HYGATE_DIR=' "$env" || printf "HYGATE_DIR='%s'\n" "$dir" >> "$env"
if ! grep -q '^HYGATE_DATA=' "$env"; then
  [ -e "$data" ] || install -d -o 10001 -g 10001 -m 0700 "$data"
  data="$(cd "$data" && pwd)"
  [ "$(stat -c %u "$data")" = 10001 ] || printf 'The gateway (user 10001) must own %s: chown -R 10001:10001 %s\n' "$data" "$data"
  # The records of earlier versions lay in a volume. Until they are in the folder, Compose is not told where that is: a
  # gateway would begin a new journal beside them.
  if [ -z "$(ls -A "$data")" ] && docker volume inspect hygate_gateway-data > /dev/null 2>&1; then
    cat >&2 <<WORDS
The records lie in the volume hygate_gateway-data. Copy them to $data, then run this again:
  docker stop \$(docker ps --quiet --filter volume=hygate_gateway-data)
  docker run --rm --volume=hygate_gateway-data:/old:ro --volume=$data:/new --entrypoint=cp hygate:0.1.0 -a /old/. /new
WORDS
    exit 1
  fi
  printf "HYGATE_DATA='%s'\n" "$data" >> "$env"
fi
[ -e "$dir/site/site.yaml" ] || printf 'Now put the site file there: %s/site/site.yaml\n' "$dir"
