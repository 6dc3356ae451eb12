#!/bin/sh
# First use with Docker: makes the site's folder with a password for every account, and .env, which tells Compose where.
# Run again it keeps what is there and makes what is missing.
set -eu
dir="${1:?give a folder for the site file and the secrets, such as /etc/hygate}"
mkdir -p "$dir/site" "$dir/secrets"
dir="$(cd "$dir" && pwd)"
# Each container sees only its own secrets, as files that it may read; people of this machine are kept out by the folder.
chmod 700 "$dir/secrets"
chmod 755 "$dir/site"
for name in influxdb-admin-password influxdb-admin-token influxdb-gateway-password grafana-source-password \
  grafana-admin-password broker-bridge-password broker-reader-password; do
  [ -s "$dir/secrets/$name" ] && continue
  head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' > "$dir/secrets/$name"
  chmod 444 "$dir/secrets/$name"
done
[ -e "$dir/site/site.env" ] || (umask 077 && : > "$dir/site/site.env")
env="$(dirname "$0")/../../../.env"
[ -e "$env" ] || printf 'COMPOSE_PROJECT_NAME=hygate\n' > "$env"
grep -q '^HYGATE_DIR=' "$env" || printf 'HYGATE_DIR=%s\n' "$dir" >> "$env"
[ -e "$dir/site/site.yaml" ] || printf 'Now put the site file there: %s/site/site.yaml\n' "$dir"
