import { once } from 'node:events';
import { createServer } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import type { GraphStatus } from './status.ts';

/** The state of a graph in the text format of Prometheus. */
export function metricsOf(status: GraphStatus): Promise<string> {
  const registry = new Registry();
  const gauge = (name: string, help: string, labelNames: readonly string[]): Gauge =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
  const counter = (name: string, help: string, labelNames: readonly string[]): Counter =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
  const ofProgram = ['graph', 'program', 'replica'];
  const up = gauge('cloudabi_program_up', '1 if the program is ready', ofProgram);
  const memory = gauge('cloudabi_program_memory_bytes', 'Memory of its processes', ofProgram);
  const processes = gauge('cloudabi_program_processes', 'Number of its processes', ofProgram);
  const cpu = counter('cloudabi_program_cpu_seconds_total', 'Processor time of all its instances', ofProgram);
  const starts = counter('cloudabi_program_starts_total', 'Times that it was started', ofProgram);
  const failures = counter('cloudabi_program_failures_total', 'Ends that were failures', ofProgram);
  const refusals = counter('cloudabi_program_refusals_total', 'Operations that were refused', ofProgram);
  const { name: graph } = status;
  for (const one of status.programs) {
    const labels = { graph, program: one.program, replica: one.replica };
    up.set(labels, one.state === 'ready' ? 1 : 0);
    memory.set(labels, one.memory);
    processes.set(labels, one.processes);
    cpu.inc(labels, one.cpuTime / 1000);
    starts.inc(labels, one.starts);
    failures.inc(labels, one.failures);
    refusals.inc(labels, one.refusals);
  }
  const ofArrow = ['graph', 'arrow'];
  const open = gauge('cloudabi_arrow_open_connections', 'Connections that are open', ofArrow);
  const connections = counter('cloudabi_arrow_connections_total', 'Connections that were carried', ofArrow);
  const refused = counter('cloudabi_arrow_refused_total', 'Connections that were refused', ofArrow);
  const bytes = counter('cloudabi_arrow_bytes_total', 'Bytes that were carried', [...ofArrow, 'direction']);
  for (const { arrow, ...one } of status.arrows) {
    const labels = { graph, arrow };
    if (one.open !== null) open.set(labels, one.open);
    if (one.connections !== null) connections.inc(labels, one.connections);
    if (one.refused !== null) refused.inc(labels, one.refused);
    if (one.sent !== null) bytes.inc({ ...labels, direction: 'sent' }, one.sent);
    if (one.received !== null) bytes.inc({ ...labels, direction: 'received' }, one.received);
  }
  return registry.metrics();
}

/** A server of metrics. */
export type MetricsServer = { readonly port: number; close(): void };

/**
 * Serves `/metrics` on loopback.
 *
 * @param port 0 lets the host choose one.
 * @throws Error when the port is taken.
 */
export async function serveMetrics(status: () => GraphStatus, port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    void metricsOf(status()).then((text) => {
      response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: () => server.close(),
  };
}
