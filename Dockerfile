# The image of the gateway: docker buildx build --platform linux/amd64,linux/arm64 -t hygate:0.1.0 .
# Its steps are run in a scratch root by test/parts/docker-image.test.ts.

FROM node:26.10.0-bookworm-slim AS build
WORKDIR /opt/hygate
COPY package.json package-lock.json ./
# Nothing that a package wants to run is run: what we use of them comes built.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY gateway/model gateway/model
COPY gateway/web gateway/web
RUN npm run build -- --logLevel warn
# Optional packages are the Node that we bring to machines without one; here the image has it.
RUN npm prune --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund
COPY gateway/install/sbom.ts gateway/install/
RUN node gateway/install/sbom.ts > sbom.cdx.json
# On a hardened host (umask 027) nobody else may read the files of the clone; in the image user 10001 must.
COPY package.json package-lock.json LICENSE README.md source/
COPY alerts source/alerts
COPY collectors source/collectors
COPY firmware-sim source/firmware-sim
COPY grafana source/grafana
COPY gateway source/gateway
RUN chmod -R a+rX source gateway/web/dist

FROM node:26.10.0-bookworm-slim
LABEL org.opencontainers.image.title="Hygate" \
      org.opencontainers.image.description="Monitoring gateway for hospitals and vaccination clinics" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/node:26.10.0-bookworm-slim"
WORKDIR /opt/hygate
COPY --from=build /opt/hygate/node_modules node_modules
COPY --from=build /opt/hygate/sbom.cdx.json sbom.cdx.json
COPY --from=build /opt/hygate/source ./
COPY --from=build /opt/hygate/gateway/web/dist gateway/web/dist
# The same as in gateway/cli/bootstrap.mjs, which the command `hygate` in the container goes through.
ENV NODE_ENV=production \
    HYGATE_HTTP_PORT=8080 \
    MALLOC_ARENA_MAX=2 \
    MALLOC_TRIM_THRESHOLD_=131072 \
    NODE_COMPILE_CACHE=/opt/hygate/node_modules/.cache/hygate
# Nothing installs packages in here, so npm goes. The folders are what is mounted at run time.
RUN groupadd --gid 10001 hygate \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/hygate --no-create-home --shell /usr/sbin/nologin hygate \
 && ln -s /opt/hygate/gateway/cli/hygate.mjs /usr/local/bin/hygate \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /opt/yarn-* \
 && mkdir -p /etc/hygate \
 && install -d -m 0700 -o 10001 -g 10001 /var/lib/hygate \
 && install -d -m 0755 -o 10001 -g 10001 /var/lib/hygate-dashboards node_modules/.cache
USER 10001:10001
# Compiled once here, by the user that runs it (the cache is one per user): the root file system is read-only later.
RUN node --max-semi-space-size=4 gateway/cli/warm.ts
VOLUME /var/lib/hygate
EXPOSE 8080 1883
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "/opt/hygate/gateway/install/docker/health.ts"]
ENTRYPOINT ["node", "--max-semi-space-size=4", "/opt/hygate/gateway/cli/hygate.ts"]
CMD ["run", "--config", "/etc/hygate/site.yaml", "--data", "/var/lib/hygate"]
