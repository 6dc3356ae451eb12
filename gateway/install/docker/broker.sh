#!/bin/sh
# Mosquitto as a mirror of the gateway's outgoing topics. It takes over what is retained, from the bridge alone;
# `reader` may subscribe, nobody may publish.
set -eu
site="${HYGATE_SITE:?write HYGATE_SITE=<the id of the site> into .env}"
here="${BROKER_DIR:-/tmp}"
secrets="${BROKER_SECRETS:-/run/secrets}"
umask 077
: > "$here/passwords"
mosquitto_passwd -b "$here/passwords" reader "$(cat "$secrets/broker-reader-password")"
printf 'user reader\ntopic read hygate/#\n' > "$here/rights"
cat > "$here/mosquitto.conf" <<CONF
listener ${BROKER_PORT:-1883}
password_file $here/passwords
acl_file $here/rights
connection gateway
address ${BROKER_GATEWAY:-gateway:1883}
bridge_protocol_version mqttv311
remote_username ${BROKER_USER:-broker}
remote_password $(cat "$secrets/broker-bridge-password")
notifications false
try_private false
cleansession true
topic hygate/$site/now/# in 1
topic hygate/$site/alarm/# in 1
topic hygate/$site/status in 1
topic hygate/$site/signed-root in 1
CONF
exec mosquitto -c "$here/mosquitto.conf"
