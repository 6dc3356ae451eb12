/*
 * What the container's HEALTHCHECK runs: exit code 0 while readings can become durable. HYGATE_HTTP_PORT is where the
 * site file of a container makes the page listen: `listen: { http: 0.0.0.0:8080 }`.
 */
const PORT = process.env['HYGATE_HTTP_PORT'] ?? '8080';
const ADDRESS = `http://127.0.0.1:${PORT}/healthz`;
const WITHIN_MS = 4_000;

try {
  const answer = await fetch(ADDRESS, { signal: AbortSignal.timeout(WITHIN_MS) });
  process.stdout.write(`${await answer.text()}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  const reason = error instanceof Error ? String(error.cause ?? error.message) : String(error);
  process.stdout.write(
    `${ADDRESS} does not answer (${reason}); is listen.http of the site file 0.0.0.0:${PORT}?\n`,
  );
  process.exitCode = 1;
}
